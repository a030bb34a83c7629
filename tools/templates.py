"""Loads every template, so that a wrong tag shows here: python -m tools.templates."""

import sys

from tools.environment import ROOT


def main() -> int:
    """Print each template that does not load; return 1 when there was one."""
    import django

    django.setup()
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    folder = ROOT / "templates"
    wrong = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        try:
            get_template(name)
        except (TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError) as error:
            wrong += 1
            print(f"templates/{name}: {type(error).__name__}: {error}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
