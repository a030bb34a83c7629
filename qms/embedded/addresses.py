"""The addresses of servers that are not ours, tried before anything depends on them."""

from urllib.parse import urlsplit

from .faults import Fault

DATABASE_EXAMPLE = "postgresql://takt_app:lösenord@db.kommunen.se:5432/takt"
REDIS_EXAMPLE = "redis://:lösenord@redis.kommunen.se:6379/0"
PATIENCE = 8  # seconds


def check_database(name: str, url: str) -> None:
    """Raise Fault unless `url`, from the variable `name`, leads to a PostgreSQL that lets us in."""
    import psycopg

    if urlsplit_scheme(url) not in ("postgres", "postgresql"):
        raise _malformed(name, "den ska börja med postgresql://", DATABASE_EXAMPLE)
    try:
        facts = psycopg.conninfo.conninfo_to_dict(url)
        _ = urlsplit(url).port  # raises when it is no number
    except (psycopg.ProgrammingError, ValueError):
        raise _malformed(name, "den går inte att tolka", DATABASE_EXAMPLE) from None
    if not facts.get("dbname"):
        raise _malformed(name, "databasens namn saknas sist i adressen", DATABASE_EXAMPLE)
    try:
        with psycopg.connect(url, connect_timeout=PATIENCE):
            return
    except (psycopg.Error, UnicodeError) as error:
        raise _no_answer(name, "Databasen", str(error), str(facts.get("password") or "")) from None


def check_redis(url: str) -> None:
    """Raise Fault unless REDIS_URL leads to a Redis or Valkey that answers."""
    import redis

    if urlsplit_scheme(url) not in ("redis", "rediss", "unix"):
        raise _malformed(
            "REDIS_URL", "den ska börja med redis:// (eller rediss://, unix://)", REDIS_EXAMPLE
        )
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
    except ValueError:
        raise _malformed("REDIS_URL", "den går inte att tolka", REDIS_EXAMPLE) from None
    try:
        client.ping()
    except (redis.RedisError, OSError, UnicodeError) as error:
        raise _no_answer("REDIS_URL", "Redis", str(error), urlsplit(url).password or "") from None
    finally:
        client.close()


def urlsplit_scheme(url: str) -> str:
    """Return the part before ://, or nothing when the address cannot be read."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _malformed(name: str, why: str, example: str) -> Fault:
    return Fault(
        f"{name} är felskriven: {why}. Skriv den så här: {example} - eller ta bort variabeln, så "
        "startar Takt en "
        "egen server.",
        f"{name} is malformed. Write it like {example}, or unset it and Takt starts a server of "
        "its own.",
    )


def _no_answer(name: str, what: str, reason: str, secret: str) -> Fault:
    said = " ".join(reason.split())[:300]
    if secret:
        said = said.replace(secret, "***")
    return Fault(
        f"{what} i {name} svarar inte som den ska: {said} - Kontrollera värdnamn, port, namn och "
        f"lösenord i {name}, "
        "och att servern är igång.",
        f"The server in {name} does not answer as it should; check host, port, name and password.",
    )
