//! Faults in authored files: all in one report, each with file, line, entry, field and what to do.

use std::fs;
use std::path::Path;

use teller::catalog::CatalogError;
use teller::catalog::load::load;
use teller::domain::Fault;
use teller::text::authored::AuthoringFault;

/// A product without a fault; each of its lines can be replaced.
pub const PRODUCT: &str = r#"[[product]]
id = "TEST-1"
category = "deposit"
name = { zh = "定期存款", en = "Term deposit" }
summary = { zh = "存满期限取息。", en = "Interest at the end of the term." }
currency = "CNY"
risk = 1
min_amount = "50"
needs = ["saving"]
on_sale_from = 2026-01-01

[product.eligibility]
customer_kinds = ["individual"]
min_age = 18

[product.suitability]
min_knowledge = 0

[[product.facts]]
code = "annual_rate"
label = { zh = "年利率", en = "annual rate" }
value = "1.10"
unit = "percent_per_year"
from = 2026-01-01
"#;

const FACT: &str = r#"[[fact]]
id = "bank.hotline"
label = { zh = "客服热线", en = "customer hotline" }
value = "400-000-9588"
unit = "phone"
from = 2025-01-01
"#;

const BRANCH: &str = r#"[[branch]]
id = "BR-001"
name = { zh = "一支行", en = "First branch" }
city = { zh = "上海", en = "Shanghai" }
district = { zh = "浦东新区", en = "Pudong" }
address = { zh = "一号", en = "1" }
phone = "021-5550-0101"
latitude = 31.2
longitude = 121.5
weekday_hours = { zh = "9:00–17:00", en = "9:00–17:00" }
weekend_hours = { zh = "不营业", en = "closed" }
services = ["counter"]
"#;

/// The faults of a demo folder with these files.
fn faults(products: &str, facts: &str, branches: &str) -> Vec<AuthoringFault> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), products, facts, branches);
    match load(folder.path()) {
        Ok(_) => Vec::new(),
        Err(CatalogError::Authoring(faults)) => faults,
        Err(other) => panic!("{other}"),
    }
}

fn write(folder: &Path, products: &str, facts: &str, branches: &str) {
    for name in ["products", "facts"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    fs::write(folder.join("products/all.toml"), products).unwrap();
    fs::write(folder.join("facts/all.toml"), facts).unwrap();
    fs::write(folder.join("branches.toml"), branches).unwrap();
}

/// The one fault after a change of the product, as `line item field: …`, where the file's name was.
fn product_with(line: &str, instead: &str) -> String {
    assert!(PRODUCT.contains(line), "{line}");
    one(faults(&PRODUCT.replacen(line, instead, 1), FACT, BRANCH), "products/all.toml:")
}

fn one(faults: Vec<AuthoringFault>, file: &str) -> String {
    assert_eq!(faults.len(), 1, "{faults:?}");
    let said = faults[0].to_string();
    said.split_once(file).unwrap_or_else(|| panic!("{said}")).1.to_owned()
}

#[test]
fn files_without_fault_are_read() {
    assert_eq!(faults(PRODUCT, FACT, BRANCH), []);
}

#[test]
fn a_fault_names_file_line_entry_field_and_fix() {
    let said = product_with("risk = 1", "risk = 9");
    assert_eq!(said, "7: TEST-1 risk: is 9: write a whole number from 1 to 5");
}

#[test]
fn every_rule_on_a_product_is_kept() {
    for (line, instead, wanted) in [
        ("id = \"TEST-1\"", "id = \"test 1\"", "2: test 1 id: "),
        ("id = \"TEST-1\"\n", "", "1: product 1 id: is missing: add `id = …`"),
        ("\"deposit\"", "\"deposits\"", "3: TEST-1 category: unknown variant `deposits`: write one of `deposit`"),
        ("en = \"Term deposit\"", "en = \" \"", "4: TEST-1 name.en: is empty"),
        (", en = \"Term deposit\"", "", "4: TEST-1 name.en: is missing"),
        ("存满期限取息。", "年息 1.1%。", "5: TEST-1 summary: zh holds a figure or a placeholder"),
        ("\"CNY\"", "\"RMB yuan\"", "6: TEST-1 currency: is \"RMB yuan\": write an ISO 4217 code"),
        ("risk = 1\n", "", "1: TEST-1 risk: is missing"),
        (
            "risk = 1",
            "risk = 2\nrisk_note = { zh = \"有风险。\", en = \"It has risk.\" }",
            "7: TEST-1 risk: is not 1 on a deposit",
        ),
        ("\"50\"", "50", "8: TEST-1 min_amount: is of type integer: write a plain decimal in quotes"),
        ("\"50\"", "\"-50\"", "8: TEST-1 min_amount: is -50: write an amount above zero"),
        ("[\"saving\"]", "[]", "9: TEST-1 needs: is empty: name at least one"),
        ("[\"saving\"]", "[\"saving\", \"saving\"]", "9: TEST-1 needs: names the same twice"),
        ("[\"saving\"]", "[\"saving\", \"wealth\"]", "9: TEST-1 needs[2]: unknown variant `wealth`"),
        (
            "= 2026-01-01\n\n",
            "= \"2026-01-01\"\n\n",
            "10: TEST-1 on_sale_from: is \"2026-01-01\": write a date without quotes",
        ),
        (
            "= 2026-01-01\n\n",
            "= 2026-01-01\non_sale_to = 2025-01-01\n\n",
            "11: TEST-1 on_sale_to: 2025-01-01 is before",
        ),
        (
            "currency = ",
            "colour = \"red\"\ncurrency = ",
            "6: TEST-1 colour: is not known: delete it or correct its name; known are id,",
        ),
        ("min_age = 18", "min_age = 18\nmax_age = 17", "15: TEST-1 eligibility.max_age: 17 is below"),
        (
            "min_age = 18",
            "min_age = \"18\"",
            "14: TEST-1 eligibility.min_age: is \"18\": write a whole number without quotes",
        ),
        (
            "min_age = 18",
            "requires_product = \"TEST-2\"",
            "14: TEST-1 eligibility.requires_product: TEST-2 does not exist",
        ),
        ("min_knowledge = 0", "max_share = \"1.5\"", "17: TEST-1 suitability.max_share: is 1.5: write a share above 0"),
        ("\"annual_rate\"", "\"Annual rate\"", "20: TEST-1 facts[1].code: has other characters"),
        ("\"1.10\"", "\"1,10\"", "22: TEST-1 facts[1].value: is \"1,10\": write a plain decimal"),
        (
            "value = \"1.10\"",
            "text = { zh = \"一\", en = \"one\" }\nvalue = \"1.10\"",
            "22: TEST-1 facts[1].text: stands beside a unit",
        ),
        ("from = 2026-01-01\n", "from = 2026-01-01\nto = 2025-12-31\n", "25: TEST-1 facts[1].to: 2025-12-31 is before"),
    ] {
        let said = if line.starts_with("from") {
            one(
                faults(&PRODUCT.replace("\nfrom = 2026-01-01\n", &format!("\n{instead}")), FACT, BRANCH),
                "products/all.toml:",
            )
        } else {
            product_with(line, instead)
        };
        assert!(said.starts_with(wanted), "{said}\nwanted {wanted}");
    }
}

#[test]
fn two_values_of_one_fact_on_one_day_are_refused_at_the_later() {
    let again = "[[product.facts]]\ncode = \"annual_rate\"\nlabel = { zh = \"年利率\", en = \"annual rate\" }\nvalue = \"1.20\"\n\
                 unit = \"percent_per_year\"\nfrom = 2026-07-01\n";
    let said = one(faults(&format!("{PRODUCT}\n{again}"), FACT, BRANCH), "products/all.toml:");
    assert!(said.starts_with("26: TEST-1 facts[2]: the period from 2026-07-01 overlaps the one at "), "{said}");
    assert!(said.contains("products/all.toml:19, 2026-01-01 to open end: let one period end before"), "{said}");
    let twice = format!("{FACT}to = 2026-05-01\n{}", FACT.replace("2025-01-01", "2026-05-01"));
    let said = one(faults(PRODUCT, &twice, BRANCH), "facts/all.toml:");
    assert!(said.starts_with("9: bank.hotline from: the period from 2026-05-01 overlaps the one at "), "{said}");
}

#[test]
fn facts_and_branches_keep_their_rules() {
    for (line, instead, wanted) in [
        ("bank.hotline", "hotline", "2: hotline id: is not the id of a fact of the bank"),
        ("400-000-9588", "call us", "4: bank.hotline value: \"call us\" is no phone number"),
        ("\"phone\"", "\"text\"", "1: bank.hotline text: is missing"),
        (
            "value = \"400-000-9588\"\nunit = \"phone\"",
            "text = { zh = \"{{a}}\", en = \"a\" }\nunit = \"text\"",
            "4: bank.hotline text: holds a brace",
        ),
        ("from = 2025-01-01\n", "", "1: bank.hotline from: is missing"),
        ("2025-01-01", "2025-01-01T00:00:00", "6: bank.hotline from: is of type datetime: write a date"),
    ] {
        let all = faults(PRODUCT, &FACT.replacen(line, instead, 1), BRANCH);
        let said = all.first().map(ToString::to_string).unwrap_or_default();
        assert!(
            said.split_once("facts/all.toml:").is_some_and(|(_, rest)| rest.starts_with(wanted)),
            "{said}\nwanted {wanted}"
        );
    }
    for (line, instead, wanted) in [
        ("31.2", "131.2", "8: BR-001 latitude: is 131.2: write degrees from -90 to 90"),
        ("31.2", "31", "8: BR-001 latitude: is of type integer: write a number with a point"),
        ("021-5550-0101", "no phone", "7: BR-001 phone: is no phone number"),
        ("[\"counter\"]", "[]", "12: BR-001 services: is empty"),
    ] {
        let said = one(faults(PRODUCT, FACT, &BRANCH.replacen(line, instead, 1)), "branches.toml:");
        assert!(said.starts_with(wanted), "{said}\nwanted {wanted}");
    }
}

#[test]
fn an_id_used_twice_is_refused_at_its_second_place() {
    let said = one(faults(&format!("{PRODUCT}\n{PRODUCT}"), FACT, BRANCH), "products/all.toml:");
    assert!(said.starts_with("27: TEST-1 id: is already used at ") && said.contains("all.toml:2: give each"), "{said}");
}

#[test]
fn one_report_holds_all_faults_of_all_files_and_nothing_that_follows_from_them() {
    let products = format!(
        "{}\n{}",
        PRODUCT.replace("risk = 1", "risk = 9").replace("min_age = 18", "min_age = 200"),
        PRODUCT.replace("TEST-1", "TEST-2").replace("min_age = 18", "requires_product = \"TEST-1\"")
    );
    let error = {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &products, &FACT.replace("phone", "telephone"), "not toml at all");
        load(folder.path()).unwrap_err()
    };
    assert_eq!(error.fault(), Fault::Caller);
    let said = error.to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "4 fault(s) in authored files:", "{said}");
    let wanted = [
        "all.toml:7: TEST-1 risk",
        "all.toml:14: TEST-1 eligibility.min_age",
        "all.toml:5: bank.hotline unit",
        "branches.toml:1:",
    ];
    for (line, wanted) in lines[1..].iter().zip(wanted) {
        assert!(line.contains(wanted), "{line}\nwanted {wanted}");
    }
}

#[test]
fn what_is_not_a_file_of_entries_is_said_so() {
    for (text, wanted) in [
        ("", "1: has no [[product]] entry: add one, or delete the file"),
        ("[[products]]\nid = \"A\"", "1: products: is not known: only [[product]] entries belong here"),
        ("[product]\nid = \"A\"", "1: has no [[product]] entry"),
        ("product = [1]", "1: product 1: is of type integer: write a table"),
        ("[[product]]\nid = \"A\"\nid = \"B\"", "3: "),
        ("[[product]]\nid = \"A", "2: "),
    ] {
        let all = faults(text, FACT, BRANCH);
        let said: Vec<String> = all.iter().map(ToString::to_string).collect();
        let found = said
            .iter()
            .any(|said| said.split_once("products/all.toml:").is_some_and(|(_, rest)| rest.starts_with(wanted)));
        assert!(found, "{said:?}\nwanted {wanted}");
    }
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let said = load(folder.path()).unwrap_err().to_string();
    assert!(
        said.starts_with("3 fault(s)") && said.contains("products:0:") && said.contains("branches.toml:0:"),
        "{said}"
    );
    write(folder.path(), PRODUCT, FACT, BRANCH);
    fs::write(folder.path().join("products/more.toml"), [0xff, 0xfe]).unwrap();
    let said = load(folder.path()).unwrap_err().to_string();
    assert!(said.contains("more.toml:0:") && said.contains("UTF-8"), "{said}");
    fs::remove_file(folder.path().join("products/more.toml")).unwrap();
    fs::remove_file(folder.path().join("facts/all.toml")).unwrap();
    let said = load(folder.path()).unwrap_err().to_string();
    assert!(said.contains("facts:0: holds no .toml file"), "{said}");
}
