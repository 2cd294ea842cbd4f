"""Digests: of nested data, of arrays up to rounding, and of the source that makes results.

A digest answers "is this the same?". It is sha256 in hexadecimal throughout; the first eight characters name a result.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def canonical_json(data: Any) -> str:
    """Write nested data as one canonical line of JSON.

    Keys are sorted, floats are written by ``repr`` (the shortest text that reads back to the same number), NumPy
    scalars and arrays become plain numbers and lists. A whole number and a float of equal size stay different.

    Parameters
    ----------
    data
        Mappings with text keys, sequences, text, numbers, booleans, None, NumPy scalars and arrays.

    Returns
    -------
    str
        JSON without spaces.

    Raises
    ------
    TypeError
        For a type that has no canonical form, or a key that is not text.
    ValueError
        For NaN and infinities.

    Examples
    --------
    >>> canonical_json({"b": 0.1, "a": (1, None)})
    '{"a":[1,null],"b":0.1}'
    """
    return json.dumps(_plain(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _plain(data: Any) -> Any:
    if isinstance(data, np.ndarray | np.generic):
        data = data.tolist()
    if data is None or isinstance(data, str | bool | int):
        return data
    if isinstance(data, float):
        if not math.isfinite(data):
            raise ValueError(f"a number that is not finite has no canonical form: {data!r}")
        return data
    if isinstance(data, Mapping):
        return _plain_mapping(data)
    if isinstance(data, Sequence) and not isinstance(data, bytes | bytearray):
        return [_plain(item) for item in data]
    raise TypeError(f"no canonical form for {type(data).__name__}")


def _plain_mapping(data: Mapping[Any, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, value in data.items():
        if not isinstance(key, str):
            raise TypeError(f"keys must be text, found {type(key).__name__}")
        plain[key] = _plain(value)
    return plain


def digest(data: Any) -> str:
    """Return the sha256 of the canonical form of nested data.

    Parameters
    ----------
    data
        As for `canonical_json`, with the same errors.

    Returns
    -------
    str
        64 hexadecimal characters.

    Examples
    --------
    >>> digest({"x": 1, "y": 2}) == digest({"y": 2, "x": 1})
    True
    """
    return text_digest(canonical_json(data))


def text_digest(text: str) -> str:
    """Return the sha256 of a text; of a canonical one, it is what `digest` gives for its content.

    Examples
    --------
    >>> text_digest(canonical_json({"y": 2, "x": 1})) == digest({"x": 1, "y": 2})
    True
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def fingerprint(arrays: Mapping[str, ArrayLike] | ArrayLike, *, digits: int = 9) -> str:
    """Return a sha256 of arrays whose floats are rounded to so many significant digits.

    Rounding is binary (``ceil(digits log2 10)`` bits of the mantissa), exact and the same everywhere. Two numbers that
    differ in the last bit can still fall on different sides of a step, so an unequal fingerprint is a reason to compare
    the numbers, not a proof that they differ by more than the last digit.

    Parameters
    ----------
    arrays
        One array, or named arrays (the names count, their order does not). Floats, whole numbers, booleans or text.
    digits
        Significant digits, 1 to 15.

    Returns
    -------
    str
        64 hexadecimal characters.

    Raises
    ------
    ValueError
        If ``digits`` is out of range.
    TypeError
        For an array of objects.

    Examples
    --------
    >>> fingerprint([1.0, 2.0]) == fingerprint([1.0 + 1e-15, 2.0])
    True
    >>> fingerprint([1.0, 2.0]) == fingerprint([1.001, 2.0])
    False
    """
    if not 1 <= digits <= 15:
        raise ValueError(f"digits must be 1 to 15, found {digits}")
    named = arrays if isinstance(arrays, Mapping) else {"": arrays}
    found = hashlib.sha256()
    for name in sorted(named):
        values = np.asarray(named[name])
        found.update(canonical_json([name, list(values.shape), values.dtype.kind]).encode("utf-8"))
        for part in _exact_parts(values, digits):
            found.update(part)
    return found.hexdigest()


def _exact_parts(values: NDArray[Any], digits: int) -> Iterable[bytes]:
    kind = values.dtype.kind
    if kind == "f":
        return _rounded_parts(values, digits)
    if kind in "iub":
        return [np.ascontiguousarray(values, dtype="<i8").tobytes()]
    if kind in "US":
        return [canonical_json(values.astype(str)).encode("utf-8")]
    raise TypeError(f"no fingerprint for arrays of {values.dtype}")


def _rounded_parts(values: NDArray[Any], digits: int) -> list[bytes]:
    bits = math.ceil(digits * math.log2(10.0))
    finite = np.isfinite(values)
    mantissa, exponent = np.frexp(np.where(finite, values, 0.0).astype(np.float64))
    whole = np.rint(np.ldexp(mantissa, bits)).astype(np.int64)
    # A mantissa that rounds up to the next power of two is that power.
    carried = np.abs(whole) == (1 << bits)
    whole = np.where(carried, whole // 2, whole)
    power = np.where(whole == 0, 0, exponent + carried).astype(np.int64)
    special = np.select([np.isnan(values), np.isposinf(values), np.isneginf(values)], [1, 2, 3], 0)
    return [np.ascontiguousarray(part, dtype="<i8").tobytes() for part in (whole, power, special)]


def package_digest(folders: Iterable[str | Path], *, suffixes: tuple[str, ...] = (".py",)) -> str:
    """Return a sha256 over the source files of some folders: the version of the model that made a result.

    Parameters
    ----------
    folders
        Names of subpackages of multivector (``"mechanisms"``), or absolute paths of folders (the figures).
    suffixes
        Which files count, by the end of their name.

    Returns
    -------
    str
        64 hexadecimal characters. File names count from their folder, and line ends are unified, so that the place of
        installation and the system do not.

    Raises
    ------
    FileNotFoundError
        If a folder does not exist.

    Examples
    --------
    >>> package_digest(["mechanisms"]) == package_digest(["mechanisms"])
    True
    """
    here = Path(__file__).resolve().parent
    found = hashlib.sha256()
    for folder in sorted((here / name for name in folders), key=lambda path: path.name):
        if not folder.is_dir():
            raise FileNotFoundError(f"no such folder: {folder}")
        for path in _sources(folder, suffixes):
            text = path.read_bytes().replace(b"\r\n", b"\n")
            label = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            found.update(canonical_json([label, len(text)]).encode("utf-8"))
            found.update(text)
    return found.hexdigest()


def _sources(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name.endswith(suffixes)]
    return sorted(files, key=lambda path: path.relative_to(folder).as_posix())
