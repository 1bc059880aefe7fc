"""Which AWS KMS keys a branch key store uses (framework/branch-key-store.md, AWS KMS configuration)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import attrs

from .._arguments import builtin_name, bytes_from
from .._kms.arn import KmsArn, parse_key_arn
from .._kms.multi_region import match_for_decrypt
from ..exceptions import ArgumentTypeError, ArgumentValueError, ConfigMismatchError, NotSupportedError

__all__ = ["Discovery", "KmsConfiguration", "KmsKeyArn", "KmsMRKeyArn", "MRDiscovery"]


class KmsConfiguration(ABC):
    """Base of the four configurations."""

    @property
    @abstractmethod
    def region(self) -> str | None:
        """Region of clients that are made for this configuration; None for that of the session."""

    @abstractmethod
    def key_for_new(self) -> KmsArn:
        """Return the key that wraps new branch keys.

        :raises NotSupportedError: if the configuration has none
        """

    @abstractmethod
    def key_for(self, kms_arn: KmsArn) -> KmsArn:
        """Return the key to ask for what was wrapped by the key ``kms_arn``.

        :raises ConfigMismatchError: if that is not compatible with the configured key
        """


def _key_arn(value: str | KmsArn) -> KmsArn:
    if isinstance(value, KmsArn):
        value = str(value)
    if not isinstance(value, str):
        raise ArgumentTypeError(f"The ARN of the AWS KMS key must be a str, not {builtin_name(value)}")
    return parse_key_arn(value)


@attrs.frozen
class _ConfiguredKey(KmsConfiguration):
    arn: KmsArn = attrs.field(converter=_key_arn)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.arn)!r})"

    @property
    def region(self) -> str:
        return self.arn.region

    def key_for_new(self) -> KmsArn:
        return self.arn

    def key_for(self, kms_arn: KmsArn) -> KmsArn:
        if not self._is_compatible(kms_arn):
            raise ConfigMismatchError(
                f"The branch key is wrapped by {kms_arn}, and the branch key store is configured for {self!r}; configure the "
                "key that it was made with"
            )
        return self.arn

    @abstractmethod
    def _is_compatible(self, kms_arn: KmsArn) -> bool:
        """Tell whether two ARNs are compatible (AWS Key ARN compatibility)."""


class KmsKeyArn(_ConfiguredKey):
    """One AWS KMS key, and no other: not its relatives either, where it is a multi-Region key.

    :param arn: ARN of a symmetric encryption key; no alias
    :raises MalformedArnError: if it is something else
    """

    __slots__ = ()

    def _is_compatible(self, kms_arn: KmsArn) -> bool:
        return kms_arn == self.arn


class KmsMRKeyArn(_ConfiguredKey):
    """One AWS KMS key; where it is a multi-Region key, it stands for its relatives in other Regions too.

    :param arn: ARN of a symmetric encryption key, in the Region that is asked; no alias
    :raises MalformedArnError: if it is something else
    """

    __slots__ = ()

    def _is_compatible(self, kms_arn: KmsArn) -> bool:
        return match_for_decrypt(kms_arn, self.arn)


class _Discovering(KmsConfiguration):
    __slots__ = ()

    def key_for_new(self) -> KmsArn:
        raise NotSupportedError(
            f"A branch key store with the AWS KMS configuration {self!r} reads branch keys, and makes none and no versions of "
            "them; configure KmsKeyArn or KmsMRKeyArn"
        )


@attrs.frozen
class Discovery(_Discovering):
    """Whatever AWS KMS key a branch key was wrapped by. Reads only."""

    @property
    def region(self) -> None:
        """The Region: not known."""
        return

    def key_for(self, kms_arn: KmsArn) -> KmsArn:
        """Return the key itself."""
        return kms_arn


def _region(value: Any) -> str:
    if not isinstance(value, str):
        raise ArgumentTypeError(f"region must be a str, not {builtin_name(value)}")
    if not value:
        raise ArgumentValueError("region must not be empty")
    bytes_from(value, "region")
    return value


@attrs.frozen
class MRDiscovery(_Discovering):
    """Whatever AWS KMS key a branch key was wrapped by; of multi-Region keys, the relative in one Region. Reads only.

    :param region: That Region
    """

    region: str = attrs.field(converter=_region)

    def key_for(self, kms_arn: KmsArn) -> KmsArn:
        """Return the key, or its relative in the Region."""
        return kms_arn.in_region(self.region) if kms_arn.is_multi_region else kms_arn
