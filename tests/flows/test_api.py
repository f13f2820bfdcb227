from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from geomap.app import create_app
from geomap.app.http.answers import json_answer, json_ready
from geomap.atlas import Atlas

QUERIES = {
    "/api/view": "?indicator=talent&year=2020",
    "/api/provenance": "?indicator=density&area=150602&year=2020",
    "/api/figures": "?area=150602,150603&kind=actual",
    "/api/trend": "?indicator=talent&area=150602",
    "/api/compare": "?areas=150602,150603&group=people",
}


@pytest.fixture(scope="module")
def app(atlas: Atlas) -> Flask:
    return create_app(atlas)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def get(client: FlaskClient, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, response.get_data(as_text=True)
    return json.loads(response.data)


def error(client: FlaskClient, address: str, status: int) -> dict[str, Any]:
    found: dict[str, Any] = get(client, address, status)["error"]
    assert set(found) == {"code", "message", "valid"}
    assert found["message"]["zh"]
    assert found["message"]["en"]
    return found


def spec(client: FlaskClient) -> dict[str, Any]:
    document: dict[str, Any] = get(client, "/api/openapi.json")
    return document


def registry(client: FlaskClient) -> Registry[Any]:
    mapview = get(client, "/api/mapview.schema.json")
    documents = [("spec", spec(client)), ("mapview.schema.json", mapview)]
    return Registry().with_resources(
        (name, DRAFT202012.create_resource(document)) for name, document in documents
    )


def validate(client: FlaskClient, schema: dict[str, Any], found: object) -> None:
    text = json.dumps(schema).replace('"#/components', '"spec#/components')
    validator = Draft202012Validator(json.loads(text), registry=registry(client))
    faults = [fault.message for fault in validator.iter_errors(found)]
    assert faults == []


@pytest.mark.slow
def test_every_path_of_the_spec_answers_as_the_spec_says(client: FlaskClient) -> None:
    for path, item in spec(client)["paths"].items():
        [(media, content)] = item["get"]["responses"]["200"]["content"].items()
        response = client.get(path + QUERIES.get(path, ""))
        assert response.status_code == 200, path
        assert response.mimetype == media, path
        if media != "text/html":
            validate(client, content["schema"], json.loads(response.data))


def test_every_route_of_the_api_stands_in_the_spec(app: Flask, client: FlaskClient) -> None:
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api")}
    assert routes | {"/healthz"} == set(spec(client)["paths"])


def test_every_parameter_of_the_spec_is_known_and_no_other(client: FlaskClient) -> None:
    for path, item in spec(client)["paths"].items():
        if path in ("/healthz", "/api/"):
            continue
        named = [parameter["name"] for parameter in item["get"]["parameters"]]
        assert error(client, f"{path}?unheard=1", 400)["valid"] == named, path


def test_every_example_of_the_spec_is_valid(client: FlaskClient) -> None:
    checked = 0
    for item in spec(client)["paths"].values():
        for response in item["get"]["responses"].values():
            for content in response.get("content", {}).values():
                if "example" in content:
                    validate(client, content["schema"], content["example"])
                    checked += 1
    assert checked > 10


def test_refusals_have_the_shape_that_the_spec_gives(client: FlaskClient) -> None:
    for address in ("/api/figures?year=abc", "/api/figures?area=1", "/api/nothing"):
        found = json.loads(client.get(address).data)
        validate(client, {"$ref": "#/components/schemas/Error"}, found)


def test_the_schema_of_a_map_view_is_itself_a_schema(client: FlaskClient) -> None:
    Draft202012Validator.check_schema(get(client, "/api/mapview.schema.json"))


def test_sites_come_with_what_is_known_of_none(client: FlaskClient) -> None:
    found = get(client, "/api/sites?kind=base&area=150602,150627")
    [bases] = found["lists"]
    assert bases["answer"]["zh"].startswith("基地：列出 2 处，名单不全")
    assert [(one["area"], one["listed"], one["count"]) for one in bases["areas"]] == [
        ("150602", 1, None), ("150627", 0, None),
    ]  # fmt: skip


def test_a_figure_carries_its_document_in_full(client: FlaskClient) -> None:
    found = get(client, "/api/figures?area=150602&indicator=talent")
    assert found["count"] == 1
    [figure] = found["figures"]
    assert (figure["id"], figure["value"], figure["quote"]) == ("plan:6", 50, "“五十人”")
    assert figure["source"] == {
        "id": "plan",
        "title": "人才规划",
        "title_en": "",
        "number": "1号",
        "issuer": "市政府",
        "date": "2022-01-01",
        "url": "",
        "note": "",
        "synthetic": False,
    }


def test_a_missing_figure_is_null_not_nan(client: FlaskClient) -> None:
    response = client.get("/api/figures?status=missing")
    assert b"NaN" not in response.data
    [figure] = json.loads(response.data)["figures"]
    assert figure["area"] == "150603"
    assert figure["value"] is None


def test_nan_never_leaves_the_server() -> None:
    assert json_ready(float("nan")) is None
    assert json_ready(float("inf")) is None
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_answer({"value": float("nan")})


def test_filters_may_be_repeated_or_split_by_commas(client: FlaskClient) -> None:
    commas = get(client, "/api/figures?indicator=population&area=150602,150603")
    repeated = get(client, "/api/figures?indicator=population&area=150602&area=150603")
    assert commas == repeated
    assert [figure["value"] for figure in commas["figures"]] == [500, 300]


def test_filters_work_together(client: FlaskClient) -> None:
    found = get(client, "/api/figures?year=2025&kind=target&source=plan&status=reported")
    assert [figure["value"] for figure in found["figures"]] == [120]


def test_a_blank_filter_counts_as_left_out(client: FlaskClient) -> None:
    assert get(client, "/api/figures?area=&year=") == get(client, "/api/figures")


@pytest.mark.parametrize(
    ("query", "valid"),
    [
        ("area=150699", ["150600", "150602", "150603", "150627"]),
        ("year=20200", ["2020", "2024", "2025"]),
        ("kind=plan", ["actual", "target"]),
        ("source=rumour", ["plan", "boundaries"]),
    ],
)
def test_an_unknown_value_is_not_found_and_the_known_are_named(
    client: FlaskClient, query: str, valid: list[str]
) -> None:
    found = error(client, f"/api/figures?{query}", 404)
    assert found["code"] == "not_found"
    assert found["valid"] == valid
    assert all(name in found["message"]["zh"] for name in valid)


@pytest.mark.parametrize("year", ["abc", "1e3", "-1", "2020.0", "9" * 400, "２０２０"])
def test_a_year_that_is_no_number_is_refused_with_the_years_there_are(
    client: FlaskClient, year: str
) -> None:
    for address in ("/api/figures?", "/api/values?", "/api/view?indicator=population&"):
        found = error(client, f"{address}year={year}", 400)
        assert "2020" in found["valid"]
        assert len(found["message"]["en"]) < 400


def test_a_view_of_a_year_that_is_not_there_names_the_years(client: FlaskClient) -> None:
    found = error(client, "/api/view?indicator=population&year=20200", 404)
    assert "2020" in found["message"]["zh"]


def test_a_misspelt_parameter_is_refused_with_the_closest(client: FlaskClient) -> None:
    found = error(client, "/api/figures?yaer=2020", 400)
    assert "最接近的是 year" in found["message"]["zh"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "indicator=talent&indicator=population",
        "indicator=talent&classes=1",
        "indicator=talent&classes=10",
        "indicator=talent&classes=1e309",
        "indicator=talent&breaks=1e309",
        "indicator=talent&representation=cloud",
        "indicator=talent&shared=perhaps",
    ],
)
def test_a_view_refuses_what_it_cannot_draw(client: FlaskClient, query: str) -> None:
    assert error(client, f"/api/view?{query}", 400)["code"] == "bad_request"


@pytest.mark.parametrize(
    "query", ["indicator=wealth", "indicator=talent&method=magic", "indicator=talent&palette=Mud"]
)
def test_a_view_names_what_there_is_instead(client: FlaskClient, query: str) -> None:
    assert error(client, f"/api/view?{query}", 404)["valid"]


def test_a_view_is_drawn_as_asked(client: FlaskClient) -> None:
    found = get(
        client,
        "/api/view?indicator=population&year=2020&method=equal&classes=2&representation=fill",
    )
    assert found["representation"] == "fill"
    assert found["legend"]["method"] == "equal"
    assert found["legend"]["bounds"] == [200, 350, 500]
    assert found["legend"]["counts"] == [2, 1]


def test_values_hold_derived_indicators_and_name_their_figures(client: FlaskClient) -> None:
    found = get(client, "/api/values?indicator=density&area=150602")
    [value] = found["values"]
    assert value["status"] == "derived"
    assert value["figures"][0] == "plan:3"


def test_the_provenance_of_a_value_must_be_asked_for_in_full(client: FlaskClient) -> None:
    given = {"indicator": "density", "area": "150602", "year": "2020"}
    for missing in given:
        query = "&".join(f"{name}={value}" for name, value in given.items() if name != missing)
        assert missing in error(client, f"/api/provenance?{query}", 400)["message"]["zh"]


def test_the_catalogue_gives_each_indicator_its_years(client: FlaskClient) -> None:
    found = get(client, "/api/catalogue")
    years = {row["id"]: row["years"] for row in found["indicators"]}
    assert years["talent"] == {"actual": [2020], "target": [2025]}
    assert years["talent_high"] == {"actual": [], "target": []}
    assert [area["code"] for area in found["areas"]] == ["150600", "150602", "150603", "150627"]


def test_units_carry_names_and_geometry(client: FlaskClient) -> None:
    found = get(client, "/api/units")
    first = found["features"][0]
    assert first["properties"]["name_zh"] == "东胜区"
    assert first["geometry"]["coordinates"][0][0] == [109, 39]


def test_sites_carry_their_targets_and_unknown_coordinates_are_null(client: FlaskClient) -> None:
    first, second = get(client, "/api/sites?kind=base")["sites"]
    assert (first["lon"], first["lat"]) == (109.5, 39.5)
    assert [figure["value"] for figure in first["figures"]] == [40]
    assert (second["lon"], second["lat"]) == (None, None)
    assert second["figures"][0]["text"] == "启动运行"
    assert second["figures"][0]["value"] is None


def test_sources_count_their_figures(client: FlaskClient) -> None:
    counts = {row["id"]: row["figures"] for row in get(client, "/api/sources")["sources"]}
    assert counts == {"plan": 7, "boundaries": 4}


def test_text_is_sent_as_it_is(client: FlaskClient) -> None:
    assert "东胜区".encode() in client.get("/api/catalogue").data


def test_an_unknown_address_of_the_api_names_those_there_are(client: FlaskClient) -> None:
    assert "/api/figures" in error(client, "/api/figure", 404)["valid"]


def test_the_readable_page_names_every_path_and_every_parameter(client: FlaskClient) -> None:
    text = client.get("/api/").get_data(as_text=True)
    for path, item in spec(client)["paths"].items():
        assert f"GET {path}" in text
        assert all(parameter["name"] in text for parameter in item["get"]["parameters"])


def test_the_course_of_a_number_is_told_for_the_city_and_for_an_area(client: FlaskClient) -> None:
    city = get(client, "/api/trend?indicator=talent")["sentence"]
    assert city["zh"].startswith("全市")
    east = get(client, "/api/trend?indicator=talent&area=150602")["sentence"]
    assert east["zh"].startswith("东胜区")
    assert east["en"].endswith(".")
    assert error(client, "/api/trend?indicator=talent&area=1", 404)["valid"]
    assert error(client, "/api/trend?indicator=nothing", 404)["valid"]
    assert error(client, "/api/trend", 400)["valid"]
