"""Write hashtagger/data/words.txt, the words that the filter splits compound hashtags by.

    python assets/starter/words.py --data DIR

Words are hashtags used alone by enough accounts. A compound of two more frequent ones is left out, and so is
a hashtag in which a blocked word stands as a word: allowed.txt says which of those are fit.
"""

import argparse
from pathlib import Path

from vocabulary import read_lists

from hashtagger import filters

LEAST = {2: 60, 3: 40}  # accounts, by letters: short ones are often chance
LEAST_LONG = 12
LONGEST = 14
OUT = Path(filters.__file__).with_name("data") / "words.txt"
HEADER = """\
# Words that hashtags are made of, to split compounds by: each is used as a hashtag by 12 accounts or more in
# 178,000 public posts of 2020. Made by assets/starter/words.py.
"""


def find_words(accounts: dict[str, int]) -> list[str]:
    candidates = {name: count for name, count in accounts.items() if is_candidate(name, count)}
    words = {name for name in candidates if len(name) <= 6 or not is_compound(name, candidates)}
    table = filters._words()
    table = table._replace(known=words | table.allowed)
    return sorted(name for name in words if name in table.allowed or not holds_blocked(name, table))


def is_candidate(name: str, count: int) -> bool:
    return (
        2 <= len(name) <= LONGEST
        and count >= LEAST.get(len(name), LEAST_LONG)
        and name.isalpha()
        and (len(name) > 2 or name.isascii())
        and not any(map(filters._without_spaces, name))
        and not filters.is_spam(name)
    )


def is_compound(name: str, accounts: dict[str, int]) -> bool:
    halves = ((name[:i], name[i:]) for i in range(3, len(name) - 2))
    return any(min(accounts.get(half, 0) for half in pair) > accounts[name] for pair in halves)


def holds_blocked(name: str, table: filters._Words) -> bool:
    return name in table.blocked or filters._has_blocked_word(
        name, table._replace(known=table.known - {name})
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds tags/posts.csv.gz")
    lists = read_lists(parser.parse_args().data / "tags/posts.csv.gz")
    words = find_words(dict(zip(lists.names, lists.accounts.tolist(), strict=True)))
    OUT.write_text(HEADER + "".join(f"{word}\n" for word in words), encoding="utf-8")
    print(f"{len(words):,} words written to {OUT}")


if __name__ == "__main__":
    main()
