"""Writes decompositions.txt of the tokenizers from the Unicode Character Database that comes with Python.

    python3 make.py > ../../../../src/Plumbline.Models/Tokenizers/Normalizers/decompositions.txt

Python 3.11 brings Unicode 14.0. A later one adds characters; ReferenceTokensTests says which the original tokenizers know.
"""
import unicodedata

HANGUL = range(0xAC00, 0xD7A4)  # follows from arithmetic
SURROGATES = range(0xD800, 0xE000)

print(f"# From the Unicode Character Database {unicodedata.unidata_version} (https://www.unicode.org/license.txt), written by Fixtures/unicode/make.py of the tests from")
print("# Python's unicodedata: '=' canonical decomposition, '==' one that also composes, '~' compatibility decomposition, 'ccc' combining class of")
print("# so many characters from here on.")

for code in range(0x110000):
    if code in HANGUL or code in SURROGATES:
        continue
    parts = unicodedata.decomposition(chr(code)).split()
    if not parts:
        continue
    sign = "~" if parts[0].startswith("<") else "="
    parts = [f"{int(part, 16):X}" for part in parts if not part.startswith("<")]
    if sign == "=" and len(parts) == 2 and unicodedata.normalize("NFC", "".join(chr(int(part, 16)) for part in parts)) == chr(code):
        sign = "=="
    print(f"{code:X}", sign, *parts)

code = 0
while code < 0x110000:
    start, order = code, unicodedata.combining(chr(code))
    while code < 0x110000 and unicodedata.combining(chr(code)) == order:
        code += 1
    if order:
        print(f"{start:X} ccc {order} {code - start}")
