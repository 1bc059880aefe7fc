"""What encryption and decryption materials have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn, TypeVar

from .._arguments import builtin_name, check_encryption_context
from .._message.encryption_context import serialize_encryption_context
from ..exceptions import ArgumentTypeError, CannotBePickledError, InvalidCryptographicMaterialsError, InvalidDataKeyError
from ..identifiers import AlgorithmSuite
from ..structures import DataKey, RawDataKey

_NO_KEYS: Final[frozenset[str]] = frozenset()
_Materials = TypeVar("_Materials", bound="CryptographicMaterials")


class MaterialsStateError(InvalidCryptographicMaterialsError, AttributeError):
    """Materials were asked for a change that their state does not allow."""


class CryptographicMaterials:
    """What encryption and decryption materials have in common.

    :param algorithm: Algorithm suite
    :param encryption_context: Encryption context
    :param data_encryption_key: Plaintext data key
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    """

    _algorithm: AlgorithmSuite | None
    _encryption_context: Mapping[str, str]
    _data_encryption_key: RawDataKey | DataKey | None
    _required_keys: frozenset[str]
    _serialized_context: bytes | None
    _assignable: bool

    def __init__(
        self,
        algorithm: AlgorithmSuite | None = None,
        encryption_context: Mapping[str, str] | None = None,
        data_encryption_key: RawDataKey | DataKey | None = None,
        required_encryption_context_keys: Iterable[str] = (),
    ) -> None:
        check_required_arguments(algorithm, encryption_context)
        self._fill(algorithm, encryption_context or {}, data_encryption_key, required_encryption_context_keys, False)

    def _fill(
        self,
        algorithm: AlgorithmSuite | None,
        encryption_context: Mapping[str, str],
        data_encryption_key: RawDataKey | DataKey | None,
        required_keys: Iterable[str],
        assignable: bool,
    ) -> None:
        if data_encryption_key is not None:
            check_data_key(algorithm, data_encryption_key)
        context = check_encryption_context(encryption_context)
        required = required_keys_of(required_keys) if required_keys else _NO_KEYS
        if required:
            _check_required_keys(required, context)
        # Assignment is refused by __setattr__.
        state = self.__dict__
        state["_algorithm"] = algorithm
        state["_encryption_context"] = context
        state["_data_encryption_key"] = data_encryption_key
        state["_required_keys"] = required
        state["_serialized_context"] = None
        state["_assignable"] = assignable

    def __setattr__(self, name: str, value: object) -> None:
        if not self._assignable:
            self._refuse(name)
        self._assign(name, value)

    def __delattr__(self, name: str) -> None:
        self._refuse(name)

    def _refuse(self, name: str) -> NoReturn:
        raise MaterialsStateError(f"{type(self).__name__} is immutable: {name} cannot be set; use one of the with_ methods")

    def _assign(self, name: str, value: Any) -> None:
        if name == "algorithm":
            if not isinstance(value, AlgorithmSuite):
                raise ArgumentTypeError(f"algorithm must be an AlgorithmSuite, not {builtin_name(value)}")
            self.__dict__["_algorithm"] = value
        elif name == "encryption_context":
            self.__dict__.update(_encryption_context=check_encryption_context(value), _serialized_context=None)
        elif name == "required_encryption_context_keys":
            self.__dict__["_required_keys"] = required_keys_of(value)
        else:
            self._refuse(name)

    def _copy_with(self: _Materials, **changes: object) -> _Materials:
        copied = object.__new__(type(self))
        state = copied.__dict__
        state.update(self.__dict__)
        state["_assignable"] = False
        state.update(changes)
        return copied

    def unshared(self: _Materials) -> _Materials:
        """Return what can be handed to somebody else: a copy, where these materials let their attributes be assigned."""
        if not self._assignable:
            return self
        copied = self._copy_with()
        copied.__dict__["_assignable"] = True
        return copied

    @property
    def algorithm(self) -> AlgorithmSuite | None:
        """Algorithm suite; decryption materials of CMMs of versions 1 to 4 have none."""
        return self._algorithm

    @property
    def encryption_context(self) -> dict[str, str]:
        """Encryption context; a copy."""
        return dict(self._encryption_context)

    @property
    def required_encryption_context_keys(self) -> frozenset[str]:
        """Keys of the pairs of the encryption context that are authenticated and not stored in the message."""
        return self._required_keys

    @property
    def data_encryption_key(self) -> RawDataKey | DataKey | None:
        """Plaintext data key, as soon as there is one."""
        return self._data_encryption_key

    def plaintext_data_key(self) -> bytes:
        """Return the bytes of the plaintext data key.

        :raises InvalidCryptographicMaterialsError: if there is none yet
        """
        if self._data_encryption_key is None:
            raise InvalidCryptographicMaterialsError(f"{type(self).__name__} without a data key cannot be used")
        return self._data_encryption_key.data_key

    def with_data_encryption_key(self: _Materials, data_encryption_key: RawDataKey | DataKey) -> _Materials:
        """Return materials with this plaintext data key.

        :param data_encryption_key: Plaintext data key, as long as the suite's key derivation takes it
        :raises MaterialsStateError: if there is a data key already, or no algorithm suite
        :raises InvalidDataKeyError: if the key has the wrong length
        """
        if self._algorithm is None:
            raise MaterialsStateError("The materials have no algorithm suite; a data key cannot be set")
        if self._data_encryption_key is not None:
            raise MaterialsStateError("The materials have a data key already")
        check_data_key(self._algorithm, data_encryption_key)
        return self._copy_with(_data_encryption_key=data_encryption_key)

    def with_encryption_context(
        self: _Materials, encryption_context: Mapping[str, str], required_keys: Iterable[str] | None = None
    ) -> _Materials:
        """Return materials with this encryption context and, where given, these required keys.

        :raises InvalidCryptographicMaterialsError: if a required key is not in the encryption context
        """
        context = check_encryption_context(encryption_context)
        required = self._required_keys if required_keys is None else required_keys_of(required_keys)
        _check_required_keys(required, context)
        return self._copy_with(_encryption_context=context, _required_keys=required, _serialized_context=None)

    def has_encryption_context(self, encryption_context: Mapping[str, str]) -> bool:
        """Tell whether the encryption context is this one."""
        return self._encryption_context == encryption_context

    def required_pairs(self) -> dict[str, str]:
        """Return the pairs of the encryption context that are authenticated and not stored.

        :raises InvalidCryptographicMaterialsError: if a required key is not in the encryption context
        """
        if not self._required_keys:
            return {}
        _check_required_keys(self._required_keys, self._encryption_context)
        return {key: self._encryption_context[key] for key in self._required_keys}

    def serialized_encryption_context(self) -> bytes:
        """Return the whole encryption context, serialized (framework/structures.md, serialization).

        :raises SerializationError: if it is too long, or has no UTF-8 form
        """
        serialized = self._serialized_context
        if serialized is None:
            serialized = self.__dict__["_serialized_context"] = serialize_encryption_context(self._encryption_context)
        return serialized

    def __repr__(self) -> str:
        suite = None if self._algorithm is None else self._algorithm.name
        return f"<{type(self).__name__}: {suite}, data key {'set' if self._data_encryption_key else 'not set'}>"

    def __copy__(self: _Materials) -> _Materials:
        return self._copy_with(_assignable=self._assignable)

    def __deepcopy__(self: _Materials, _memo: dict[int, object]) -> _Materials:
        return self._copy_with(_encryption_context=dict(self._encryption_context), _assignable=self._assignable)

    def __reduce__(self) -> NoReturn:
        raise CannotBePickledError(f"{type(self).__name__} holds secret keys and cannot be pickled")


def check_required_arguments(algorithm: object, encryption_context: object) -> None:
    if not isinstance(algorithm, AlgorithmSuite):
        raise ArgumentTypeError(f"algorithm must be an AlgorithmSuite, not {builtin_name(algorithm)}")
    if encryption_context is None:
        raise ArgumentTypeError("encryption_context must be a dict of str to str, not None")


def required_keys_of(keys: Iterable[str]) -> frozenset[str]:
    if isinstance(keys, frozenset):
        return keys
    try:
        required = frozenset(() if isinstance(keys, str) else keys)
    except TypeError as error:
        raise ArgumentTypeError("Required encryption context keys must be a collection of str") from error
    if isinstance(keys, str) or not all(isinstance(key, str) for key in required):
        raise ArgumentTypeError("Required encryption context keys must be a collection of str")
    return required


def check_data_key(suite: AlgorithmSuite | None, key: object) -> None:
    if type(key) is not RawDataKey and not isinstance(key, (RawDataKey, DataKey)):
        raise ArgumentTypeError(f"A data key must be a RawDataKey or a DataKey, not {builtin_name(key)}")
    if suite is not None and len(key.data_key) != suite.kdf_input_len:
        raise InvalidDataKeyError(
            f"The data key has {len(key.data_key)} bytes; the algorithm suite {suite.name} needs {suite.kdf_input_len}"
        )


def _check_required_keys(required: frozenset[str], context: Mapping[str, str]) -> None:
    if not required <= context.keys():
        missing = ", ".join(sorted(required - context.keys()))
        raise InvalidCryptographicMaterialsError(f"Required keys that are not in the encryption context: {missing}")
