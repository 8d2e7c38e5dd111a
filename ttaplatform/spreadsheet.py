"""What a CSV needs so that spreadsheets read it right and run nothing of it."""

BOM = "\ufeff"  # without it, spreadsheets garble names
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # OWASP, "CSV Injection"


def safe_cell(value: str) -> str:
    """Return `value` so that no spreadsheet runs it: a leading = + - @ tab or CR gets an apostrophe before it."""
    return "'" + value if value.startswith(FORMULA_STARTS) else value
