"""What encryption and decryption materials have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, TypeVar

import attrs

from .._arguments import builtin_name, check_encryption_context
from .._message.encryption_context import serialize_encryption_context
from ..exceptions import ArgumentTypeError, CannotBePickledError, InvalidCryptographicMaterialsError, InvalidDataKeyError
from ..identifiers import AlgorithmSuite
from ..structures import DataKey, RawDataKey

NO_KEYS: Final[frozenset[str]] = frozenset()
_COMMON_FIELDS: Final = ("algorithm", "encryption_context", "data_encryption_key", "required_encryption_context_keys")
_Materials = TypeVar("_Materials", bound="CryptographicMaterials")


class MaterialsStateError(InvalidCryptographicMaterialsError, AttributeError):
    """Materials were asked for a change that their state does not allow."""


class CryptographicMaterials:
    """What encryption and decryption materials have in common.

    An attribute can be set once. Afterwards it can be assigned only where versions 1 to 4 let it be: see :meth:`settable`.

    :param algorithm: Algorithm suite; decryption materials of CMMs of versions 1 to 4 have none
    :param encryption_context: Encryption context
    :param data_encryption_key: Plaintext data key, as soon as there is one
    :param required_encryption_context_keys: Keys of pairs that are authenticated and not stored
    """

    algorithm: AlgorithmSuite | None
    encryption_context: dict[str, str]
    data_encryption_key: RawDataKey | DataKey | None
    required_encryption_context_keys: frozenset[str]

    #: Attributes that are kept under another name, because what is kept has other forms.
    _kept_as: ClassVar[Mapping[str, str]] = {}
    _settable = False
    #: The encryption context as it was serialized last, and the outcome.
    _serialized_context: tuple[dict[str, str], bytes] | None = None

    def __init__(
        self,
        algorithm: AlgorithmSuite | None = None,
        encryption_context: Mapping[str, str] | None = None,
        data_encryption_key: RawDataKey | DataKey | None = None,
        required_encryption_context_keys: Iterable[str] = (),
    ) -> None:
        check_required_arguments(algorithm, encryption_context)
        self._fill(algorithm, encryption_context, data_encryption_key, required_encryption_context_keys)

    def _fill(
        self,
        algorithm: AlgorithmSuite | None,
        encryption_context: Mapping[str, str] | None,
        data_encryption_key: RawDataKey | DataKey | None,
        required_keys: Iterable[str],
        **others: object,
    ) -> None:
        if data_encryption_key is not None:
            check_data_key(algorithm, data_encryption_key)
        context = check_encryption_context(encryption_context) if encryption_context else {}
        required = required_keys_of(required_keys) if required_keys else NO_KEYS
        if required:
            check_required_keys(required, context)
        # Assignment is looked at by __setattr__.
        self.__dict__.update(
            algorithm=algorithm,
            encryption_context=context,
            data_encryption_key=data_encryption_key,
            required_encryption_context_keys=required,
            **others,
        )

    def __setattr__(self, name: str, value: object) -> None:
        kept_as = self._kept_as.get(name, name)
        is_derived = kept_as == name and isinstance(getattr(type(self), name, None), property)
        if is_derived or (kept_as in self.__dict__ and not self._settable):
            self._refuse(name)
        self.__dict__[kept_as] = self._checked(name, value)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            # Where a derived class has slots, which stay empty: its attributes are kept, and copied, with all others.
            try:
                return self.__dict__[name]
            except KeyError:
                raise AttributeError(f"{type(self).__name__} has no attribute {name}") from None

    def __delattr__(self, name: str) -> None:
        self._refuse(name)

    def _refuse(self, name: str) -> NoReturn:
        raise MaterialsStateError(f"{type(self).__name__} is immutable: {name} cannot be set; use one of the with_ methods")

    def _checked(self, name: str, value: Any) -> object:
        """Return what to keep of a value that the attribute ``name`` is set to."""
        if name == "algorithm" and value is not None and not isinstance(value, AlgorithmSuite):
            raise ArgumentTypeError(f"algorithm must be an AlgorithmSuite, not {builtin_name(value)}")
        if name == "encryption_context":
            return {} if value is None else check_encryption_context(value)
        if name == "required_encryption_context_keys":
            return required_keys_of(value)
        if name == "data_encryption_key" and value is not None:
            check_data_key(self.__dict__.get("algorithm"), value)
        return value

    def _copy_with(self: _Materials, **changes: object) -> _Materials:
        state = self.__dict__ | changes
        if self._settable:
            state["_settable"] = False
        return materials_of(type(self), state)

    def settable(self: _Materials) -> _Materials:
        """Return the same materials, in the form of versions 1 to 4: their attributes can be assigned."""
        return materials_of(type(self), {**self.__dict__, "_settable": True})

    def unshared(self: _Materials) -> _Materials:
        """Return what can be handed to somebody else: a copy, of which what is changed in it does not show here."""
        return materials_of(type(self), {**self.__dict__, "encryption_context": dict(self.encryption_context)})

    def plaintext_data_key(self) -> bytes:
        """Return the bytes of the plaintext data key.

        :raises InvalidCryptographicMaterialsError: if there is none yet
        """
        if self.data_encryption_key is None:
            raise InvalidCryptographicMaterialsError(f"{type(self).__name__} without a data key cannot be used")
        return self.data_encryption_key.data_key

    def with_data_encryption_key(self: _Materials, data_encryption_key: RawDataKey | DataKey) -> _Materials:
        """Return materials with this plaintext data key.

        :param data_encryption_key: Plaintext data key, as long as the suite's key derivation takes it
        :raises MaterialsStateError: if there is a data key already, or no algorithm suite
        :raises InvalidDataKeyError: if the key has the wrong length
        """
        if self.algorithm is None:
            raise MaterialsStateError("The materials have no algorithm suite; a data key cannot be set")
        if self.data_encryption_key is not None:
            raise MaterialsStateError("The materials have a data key already")
        check_data_key(self.algorithm, data_encryption_key)
        return self._copy_with(data_encryption_key=data_encryption_key)

    def with_encryption_context(
        self: _Materials, encryption_context: Mapping[str, str], required_keys: Iterable[str] | None = None
    ) -> _Materials:
        """Return materials with this encryption context and, where given, these required keys.

        :raises InvalidCryptographicMaterialsError: if a required key is not in the encryption context
        """
        context = check_encryption_context(encryption_context)
        required = self.required_encryption_context_keys if required_keys is None else required_keys_of(required_keys)
        check_required_keys(required, context)
        return self._copy_with(encryption_context=context, required_encryption_context_keys=required)

    def has_encryption_context(self, encryption_context: Mapping[str, str]) -> bool:
        """Tell whether the encryption context is this one."""
        return self.encryption_context == encryption_context

    def required_pairs(self) -> dict[str, str]:
        """Return the pairs of the encryption context that are authenticated and not stored.

        :raises InvalidCryptographicMaterialsError: if a required key is not in the encryption context
        """
        required = self.required_encryption_context_keys
        if not required:
            return {}
        check_required_keys(required, self.encryption_context)
        return {key: self.encryption_context[key] for key in required}

    def serialized_encryption_context(self) -> bytes:
        """Return the whole encryption context, serialized (framework/structures.md, serialization).

        :raises SerializationError: if it is too long, or has no UTF-8 form
        """
        context = self.encryption_context
        if not context:
            return b""
        known = self._serialized_context
        # It is the program's own dict, which may have been changed in the meantime.
        if known is None or known[0] != context:
            known = self.__dict__["_serialized_context"] = dict(context), serialize_encryption_context(context)
        return known[1]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        kind: Any = type(self)
        names = [field.name for field in attrs.fields(kind)] if attrs.has(kind) else _COMMON_FIELDS
        return all(_is_same(getattr(self, name), getattr(other, name)) for name in names)

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        suite = None if self.algorithm is None else self.algorithm.name
        return f"<{type(self).__name__}: {suite}, data key {'set' if self.data_encryption_key else 'not set'}>"

    def __copy__(self: _Materials) -> _Materials:
        return materials_of(type(self), dict(self.__dict__))

    def __deepcopy__(self: _Materials, _memo: dict[int, object]) -> _Materials:
        return self.unshared()

    def __reduce__(self) -> NoReturn:
        raise CannotBePickledError(f"{type(self).__name__} holds secret keys and cannot be pickled")


def publish_fields(kind: type, **defaults: object) -> None:
    """Have ``attrs`` know the published attributes of materials: programs evolve them, and derive classes of ``attrs``."""
    fields: Any = {name: attrs.field(default=default) for name, default in defaults.items()}
    attrs.define(kind, these=fields, init=False, slots=False, eq=False, repr=False, on_setattr=attrs.setters.NO_OP)


_set_state: Final[Callable[[object, dict[str, Any]], None]] = CryptographicMaterials.__dict__["__dict__"].__set__


def materials_of(kind: type[_Materials], state: dict[str, Any]) -> _Materials:
    """Return materials of these attributes, which were checked; several are made for each message."""
    made = object.__new__(kind)
    _set_state(made, state)
    return made


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


def check_required_keys(required: frozenset[str], context: Mapping[str, str]) -> None:
    if not required <= context.keys():
        missing = ", ".join(sorted(required - context.keys()))
        raise InvalidCryptographicMaterialsError(f"Required keys that are not in the encryption context: {missing}")


def _is_same(one: object, other: object) -> bool:
    """Compare values of an attribute; secrets in constant time."""
    if isinstance(one, bytes) and isinstance(other, bytes):
        return compare_digest(one, other)
    if isinstance(one, (RawDataKey, DataKey)) and type(one) is type(other):
        return compare_digest(one.data_key, other.data_key) and attrs.evolve(one, data_key=b"") == attrs.evolve(
            other, data_key=b""
        )
    return one == other
