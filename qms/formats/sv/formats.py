"""Swedish dates and numbers (Digg R66): 24 november 2026, kl. 10.42, 1 234,5."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y \\k\\l. H.i"
TIME_FORMAT = "\\k\\l. H.i"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H.i"
MONTH_DAY_FORMAT = "j F"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m-%y", "%d/%m %Y", "%d.%m.%Y", "%Y%m%d"]
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u00a0"
NUMBER_GROUPING = 3
