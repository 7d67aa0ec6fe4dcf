"""The codebook as DDI-Codebook 2.5, the XML that data archives and their catalogues read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from survey_app.domain.local_day import local_day
from survey_app.domain.questionnaire import MAIN_LANGUAGE
from survey_app.services.datasets_codebook import condition
from survey_app.services.datasets_columns import DatasetColumn, Measure
from survey_app.services.datasets_manifest import PRODUCT, Written
from survey_app.services.datasets_public import PublicDataset
from survey_app.services.datasets_readme import SAMPLE_NOTICES, describe
from survey_app.services.datasets_scores import usable_recipes
from survey_app.services.datasets_source import Source

NAMESPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LANGUAGES = (MAIN_LANGUAGE, "en")


def _put(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A new element under ``parent``; ``lang`` stands for xml:lang."""
    language = attributes.pop("lang", None)
    element = SubElement(parent, tag, attributes)
    if language:
        element.set(LANGUAGE, language)
    if text:
        element.text = NOT_IN_XML.sub("", text)
    return element


def _say(parent: Element, tag: str, wording: Mapping[str, str], **attributes: str) -> None:
    """The element once in each language the wording has."""
    for language in LANGUAGES:
        if wording.get(language):
            _put(parent, tag, wording[language], lang=language, **attributes)


def _titles(parent: Element, source: Source, identity: str) -> None:
    form = source.dataset.version.questionnaire
    notice = f"{SAMPLE_NOTICES[MAIN_LANGUAGE]} – " if source.dataset.settings.is_sample else ""
    statement = _put(parent, "titlStmt")
    _put(statement, "titl", f"{notice}{form.title[MAIN_LANGUAGE]}", lang=MAIN_LANGUAGE)
    if "en" in form.title:
        notice = f"{SAMPLE_NOTICES['en']} – " if notice else ""
        _put(statement, "parTitl", f"{notice}{form.title['en']}", lang="en")
    _put(statement, "IDNo", identity)


def _document(book: Element, source: Source) -> None:
    today = local_day(source.now).isoformat()
    citation = _put(_put(book, "docDscr"), "citation")
    _titles(citation, source, f"{_identity(source)}-codebook")
    production = _put(citation, "prodStmt")
    _put(production, "prodDate", today, date=today)
    _put(production, "software", PRODUCT["name"], version=PRODUCT["version"])


def _identity(source: Source) -> str:
    form = source.dataset.version.questionnaire
    return f"{form.slug}-v{form.version}-{source.dataset.level}"


def _study(book: Element, source: Source) -> None:
    dataset, form = source.dataset, source.dataset.version.questionnaire
    today = local_day(source.now).isoformat()
    study = _put(book, "stdyDscr")
    citation = _put(study, "citation")
    _titles(citation, source, _identity(source))
    version = _put(citation, "verStmt")
    _put(version, "version", f"{form.slug} v{form.version}, SHA-256 {dataset.version.sha256}", date=today)
    information = _put(study, "stdyInfo")
    for language in LANGUAGES:
        if language == source.language:
            _put(information, "abstract", "\n".join(describe(source)), lang=language)
    summary = _put(information, "sumDscr")
    for event, month in (("start", dataset.query.first_month), ("end", dataset.query.last_month)):
        if month:
            _put(summary, "collDate", f"{month:%Y-%m}", event=event, date=f"{month:%Y-%m}")
    _put(summary, "nation", "Việt Nam", abbr="VN")
    for code in dataset.roots:
        _put(summary, "geogCover", f"{code} {dataset.tree.units[code].name}")
    _put(summary, "anlyUnit", "Phiếu trả lời", lang="vi")
    _put(summary, "anlyUnit", "Completed questionnaire", lang="en")
    _put(summary, "universe", "Người đến làm thủ tục tại quầy và tự nguyện trả lời", lang="vi")
    _put(summary, "universe", "People at a one-stop desk who chose to answer", lang="en")
    _put(summary, "dataKind", "survey data")
    _method(study, source)


def _method(study: Element, source: Source) -> None:
    method = _put(study, "method")
    collection = _put(method, "dataColl")
    _put(collection, "sampProc", "Mẫu thuận tiện: ai quét mã hoặc được mời đều trả lời được", lang="vi")
    _put(collection, "sampProc", "Convenience sample: whoever scans the code or is invited may answer", lang="en")
    _put(collection, "collMode", "Self-administered: web-based")
    for recipe in usable_recipes(source.dataset, source.recipes):
        for language in LANGUAGES:
            if language in recipe.explanation:
                text = f"{recipe.slug} v{recipe.version}: {recipe.explanation[language]}"
                _put(method, "notes", text, lang=language, subject="score")


def _file(book: Element, source: Source, written: Written, rows: int) -> None:
    described = _put(book, "fileDscr", ID="F1")
    text = _put(described, "fileTxt")
    _put(text, "fileName", written.name)
    size = _put(text, "dimensns")
    _put(size, "caseQnty", str(rows))
    _put(size, "varQnty", str(len(source.dataset.columns)))
    _put(text, "fileType", written.name.rpartition(".")[2])
    _put(described, "notes", written.sha256, subject="SHA-256")


def _wording(column: DatasetColumn) -> dict[str, str]:
    return {"vi": column.label_vi, "en": column.label_en}


def _question(variable: Element, column: DatasetColumn) -> None:
    """The question as it was asked; the full text where the form shows a shorter one."""
    item = column.item
    if item is None:
        return
    for language in LANGUAGES:
        text = (item.full_text or {}).get(language) or item.text.get(language)
        if text:
            question = _put(variable, "qstn")
            _put(question, "qstnLit", text, lang=language)


def _categories(variable: Element, column: DatasetColumn) -> None:
    for labels, english, is_missing in (
        (column.labels, column.labels_en, "N"),
        (column.missing, column.missing_en, "Y"),
    ):
        for code, label in labels.items():
            category = _put(variable, "catgry", missing=is_missing)
            _put(category, "catValu", code)
            _say(category, "labl", {"vi": label, "en": english.get(code, "")})


def _variable(data: Element, place: int, column: DatasetColumn) -> None:
    item = column.item
    nature = "interval" if column.measure is Measure.SCALE else column.measure.value
    variable = _put(data, "var", ID=f"V{place}", name=column.name, files="F1", intrvl="discrete", nature=nature)
    if column.width:
        _put(variable, "location", width=str(column.width))
    _say(variable, "labl", _wording(column))
    _question(variable, column)
    if shown := condition(item):
        _put(variable, "universe", shown, clusion="I")
    _categories(variable, column)
    if item is not None and item.criterion.name:
        _put(variable, "concept", item.criterion.name, vocab=item.criterion.source)
    _put(variable, "varFormat", type="character", schema="other")
    if item is not None and item.is_sensitive:
        _put(variable, "notes", "sensitive", subject="disclosure")
    if item is not None and item.is_demographic:
        _put(variable, "notes", "demographic", subject="disclosure")


def _groups(source: Source) -> Iterator[tuple[Mapping[str, str], Sequence[int]]]:
    """(title, places of its variables) of every section."""
    titles = {section.id: section.title for section in source.dataset.version.questionnaire.sections}
    placed = [(c.item.section, place) for place, c in enumerate(source.dataset.columns, 1) if c.item is not None]
    for section, entries in groupby(placed, key=lambda pair: pair[0]):
        yield titles[section], [place for _, place in entries]


def codebook_ddi(source: Source, responses: Written, rows: int) -> bytes:
    """The whole codebook; ``responses`` is the file it describes."""
    book = Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", LANGUAGE: source.language})
    _document(book, source)
    _study(book, source)
    _file(book, source, responses, rows)
    data = _put(book, "dataDscr")
    for number, (title, places) in enumerate(_groups(source), 1):
        group = _put(data, "varGrp", ID=f"G{number}", type="section", var=" ".join(f"V{place}" for place in places))
        _say(group, "labl", title)
    for place, column in enumerate(source.dataset.columns, 1):
        _variable(data, place, column)
    if isinstance(source.dataset, PublicDataset):
        _put(data, "notes", f"k = {source.dataset.k}", subject="disclosure")
    ElementTree.indent(book, " ")
    data_of_book: bytes = ElementTree.tostring(book, encoding="utf-8", xml_declaration=True)
    return data_of_book
