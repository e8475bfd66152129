"""Make ``data/divisions.tsv`` and ``data/streets.tsv`` from the published division lists.

Run ``python -m reports.knowledge.gazetteer_build SOURCE`` where SOURCE holds ``provinces.csv``,
``cities.csv``, ``areas.csv`` and ``streets.csv`` of china-division (docs/knowledge.md says where they come
from). ``data/zones.tsv`` and ``data/former_names.tsv`` are maintained by hand, because no standard lists
functional zones, or former names with their successors. The script only checks the zones.

divisions.tsv: code, level, name, short name (after ``~`` if it is ambiguous: shared, or a common word of
``data/common_words.txt``), slug (cities only), other names.
streets.tsv: key of the division, names of its streets, towns and townships.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from pypinyin import lazy_pinyin

DATA = Path(__file__).parent / "data"
MUNICIPALITIES = {"11", "12", "31", "50"}
REGIONS = (("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区"))

_PROVINCE_ENDING = re.compile("(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|省|市)$")
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|俄罗斯|鄂温克|保安|裕固|独龙|鄂伦春|各"
)
_AUTONOMOUS_ENDING = re.compile(f"(?:(?:{_PEOPLES})(?:族|(?=自治|蒙古)))*(?:自治州|自治县|自治旗|联合旗)$")
_CITY_ENDING = re.compile("(?:地区|市|盟)$")
# 六枝特区, 神农架林区, 井陉矿区, 浦东新区; but the endings of 碑林区 and 清新区 are 区 only.
_COUNTY_ENDING = re.compile("(?:(?:回族|达斡尔族)区|(?<=..)(?:特区|林区|矿区|新区)|区|县|市|旗)$")
# Names in use that do not follow from the ending rules.
_OTHER_NAMES = {
    "370211": ["西海岸新区", "青岛西海岸新区"],
    "450225": ["融水县"],
    "450226": ["三江县"],
    "451324": ["金秀县"],
    "632500": ["海南州"],
    "652800": ["巴州"],
    "653000": ["克州"],
    "652700": ["博州"],
    "222400": ["延边州"],
    "433100": ["湘西州"],
    "422800": ["恩施州"],
    "513400": ["凉山州"],
    "513300": ["甘孜州"],
    "513200": ["阿坝州"],
    "522600": ["黔东南州"],
    "522700": ["黔南州"],
    "522300": ["黔西南州"],
    "532300": ["楚雄州"],
    "532500": ["红河州"],
    "532600": ["文山州"],
    "532900": ["大理州"],
    "533100": ["德宏州"],
    "533300": ["怒江州"],
    "533400": ["迪庆州"],
    "622900": ["临夏州"],
    "623000": ["甘南州"],
    "632200": ["海北州"],
    "632300": ["黄南州"],
    "632600": ["果洛州"],
    "632700": ["玉树州"],
    "632800": ["海西州"],
    "652300": ["昌吉州"],
    "654000": ["伊犁州"],
    "650000": ["新疆生产建设兵团", "新疆兵团"],  # its cities are listed with those of the region
}


# If the pronunciation dictionary has another reading, or two provinces would have the same slug.
_SLUGS = {"140400": "changzhi", "211300": "chaoyang", "411100": "luohe", "610800": "shaanxi-yulin"}


def read(source: Path, name: str) -> list[dict[str, str]]:
    with (source / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def short_name(level: str, name: str) -> str:
    """The name without its ending; empty if only one character would remain."""
    if level == "province":
        short = _PROVINCE_ENDING.sub("", name)
    else:
        short = _AUTONOMOUS_ENDING.sub("", name)
        if short == name:
            short = (_CITY_ENDING if level == "city" else _COUNTY_ENDING).sub("", name)
    return short if len(short) > 1 and short != name else ""


def divisions_of(source: Path) -> dict[str, tuple[str, str]]:
    """code -> (level, name), without the functional zones to which the statistics office gives county
    codes."""
    divisions: dict[str, tuple[str, str]] = {}
    for row in read(source, "provinces.csv"):
        level = "city" if row["code"] in MUNICIPALITIES else "province"
        divisions[row["code"] + "0000"] = (level, row["name"])
    divisions.update({code: ("province", name) for code, name in REGIONS})
    for row in read(source, "cities.csv"):
        if row["name"] not in {"市辖区", "县"} and "直辖" not in row["name"]:
            divisions[row["code"] + "00"] = ("city", row["name"])
    for row in read(source, "areas.csv"):
        code = row["code"]
        if (
            code[:4] + "00" in divisions
            and code[4:] in {"00", "01"}
            and divisions[code[:4] + "00"][1] == row["name"]
        ):
            continue  # 东莞, 中山, 儋州, 嘉峪关 have no counties; the list repeats the city itself
        if not "71" <= code[4:] <= "79":
            divisions[code] = ("county", row["name"])
    return divisions


def city_slugs(divisions: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Slugs of cities. If two cities have the same sound (抚州, 福州), both get the slug of their province in
    front."""
    cities = {code: name for code, (level, name) in divisions.items() if level == "city"}
    slugs = {code: "".join(lazy_pinyin(short_name("city", name) or name)) for code, name in cities.items()}
    frequency = Counter(slugs.values())
    provinces = {code[:2]: name for code, (_, name) in divisions.items() if code[2:] == "0000"}
    spelt = {
        code: slug
        if frequency[slug] == 1
        else "".join(lazy_pinyin(short_name("province", provinces[code[:2]]))) + "-" + slug
        for code, slug in slugs.items()
    }
    return spelt | _SLUGS


def weak_shorts(shorts: dict[str, str], divisions: dict[str, tuple[str, str]]) -> set[str]:
    """Codes of divisions whose short name is a common word or belongs to another division as well.

    If a city and its county have the same stem (大理州, 大理市), the city keeps the short name.
    """
    listed = (DATA / "common_words.txt").read_text("utf-8").splitlines()
    common = {word for line in listed if not line.startswith("#") for word in line.split()}
    sharers: dict[str, list[str]] = defaultdict(list)
    for code, short in shorts.items():
        if short:
            sharers[short].append(code)
    weak = set()
    for short, codes in sharers.items():
        highest = [code for code in codes if divisions[code][0] != "county"]
        for code in codes:
            if short in common or (len(codes) > 1 and [code] != highest):
                weak.add(code)
    return {code for code in weak if not code.endswith("0000")}


def write(source: Path) -> None:
    divisions = divisions_of(source)
    slugs = city_slugs(divisions)
    shorts = {
        code: short_name("province" if code.endswith("0000") else level, name)
        for code, (level, name) in divisions.items()
    }
    weak = weak_shorts(shorts, divisions)
    with (DATA / "divisions.tsv").open("w", encoding="utf-8", newline="\n") as file:
        for code, (level, name) in sorted(divisions.items()):
            other_names = "、".join(_OTHER_NAMES.get(code, []))
            short = ("~" if code in weak else "") + shorts[code]
            print(code, level, name, short, slugs.get(code, ""), other_names, sep="\t", file=file)
    zones = [line.split("\t") for line in (DATA / "zones.tsv").read_text("utf-8").splitlines()]
    for key, city, *_ in zones:
        if divisions.get(city, ("",))[0] not in {"city", "province"}:
            sys.exit(f"zones.tsv: the city of {key} does not exist: {city}")
    numbered = {number: key for key, _, _, _, numbers in zones for number in numbers.split("、") if number}
    write_streets(source, divisions, numbered)


def write_streets(source: Path, divisions: dict[str, tuple[str, str]], zones: dict[str, str]) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for row in read(source, "streets.csv"):
        area = row["areaCode"]
        key = area if area in divisions else zones.get(area, area[:4] + "00")
        if key in divisions or key in zones.values():
            name = row["name"].removesuffix("办事处")
            if re.fullmatch("[一-鿿]{3,8}", name) and name.endswith(("街道", "镇", "乡")):
                owners[name].add(key)
    streets: dict[str, list[str]] = defaultdict(list)
    for name, keys in owners.items():
        if len(keys) <= 3:  # a name like 城关镇, which occurs everywhere, is no evidence
            for key in keys:
                streets[key].append(name)
    with (DATA / "streets.tsv").open("w", encoding="utf-8", newline="\n") as file:
        for key, names in sorted(streets.items()):
            print(key, "、".join(sorted(names)), sep="\t", file=file)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
