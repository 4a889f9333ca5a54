//! The form and its paper: what may be typed, printed and sent.

use foundation::testing::Kind;

use super::{FIRE_AGENCY, NABU, PDF, STAFF};
use crate::support::{DAWEN, Site, XIAOQING};

on_both! {
    bad_input_is_told_by_its_field
    without_scripts_the_question_is_a_page
    the_form_is_printed_and_a_pdf
    only_files_of_three_kinds_are_taken
    who_is_not_signed_in_is_led_to_the_sign_in
    without_the_advanced_data_one_is_led_to_them_and_back
}

async fn bad_input_is_told_by_its_field(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    let empty = dawen.post("/application", &[("sure", "yes")]).await;
    assert_eq!(empty.status, 422);
    for text in [
        "請輸入新機關OID",
        "請選擇申請原因",
        "並勾選此項",
        "href=\"#oid\"",
        "aria-describedby=\"oid-wrong",
    ] {
        assert!(empty.body.contains(text), "{text}");
    }
    for oid in [
        "2.16.886.101.9999",
        "x",
        "2.16.886.101.20003\0",
        "\u{202e}",
        "\"><script>",
        &"1.".repeat(5000),
    ] {
        let answer = dawen.apply(oid).await;
        assert_eq!(answer.status, 422, "{oid}");
        assert!(
            answer.body.contains("查無這個機關OID") && !answer.body.contains("<script>"),
            "{oid}"
        );
        assert!(
            answer.body.contains("value=\"civil_servant\" selected"),
            "what was chosen is kept"
        );
    }
    let own = site.signed_in(XIAOQING).await.apply(FIRE_AGENCY).await;
    assert!(own.status == 422 && own.body.contains("已屬於這個機關"));
    assert_eq!(
        dawen
            .post("/application", &[("oid", "a"), ("oid", "b")])
            .await
            .status,
        400
    );
}

async fn without_scripts_the_question_is_a_page(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    let form = dawen.get(&format!("/application?oid={FIRE_AGENCY}")).await.body;
    assert!(form.contains(&format!("value=\"{FIRE_AGENCY}\"")) && form.contains("內政部消防署"));
    let named = dawen
        .post(
            "/application",
            &[("oid", FIRE_AGENCY), ("step", "name"), ("sure", "")],
        )
        .await;
    assert!(named.status == 200 && named.body.contains("內政部消防署"));
    let form = [
        ("oid", FIRE_AGENCY),
        ("reason", "civil_servant"),
        ("confirmed", "yes"),
        ("sure", ""),
    ];
    let asked = dawen.post("/application", &form).await;
    assert!(asked.status == 200 && asked.body.contains("請確認是否要申請？"));
    let back = [&form[..3], &[("sure", "yes"), ("step", "back")]].concat();
    let back = dawen.post("/application", &back).await;
    assert!(
        back.body.contains("送出資料") && back.body.contains("checked"),
        "nothing is lost"
    );
    assert!(!dawen.get("/application").await.body.contains("審核中"));
    assert_eq!(asked.hidden("sure"), "yes");
}

async fn the_form_is_printed_and_a_pdf(kind: Kind) {
    let site = Site::on(kind).await;
    let nabu = site.signed_in(NABU).await;
    assert_eq!(
        nabu.get("/application/form").await.status,
        404,
        "nothing was applied for"
    );
    nabu.apply(FIRE_AGENCY).await;
    let page = nabu.get("/application/form").await.body;
    for text in [
        "我的E政府公務帳號申請書",
        "𠀋·那布",
        "nabu1234",
        "1151123-0001",
        "民國115年11月23日",
        FIRE_AGENCY,
        "內政部消防署",
        "服務證件影本（正面）",
        "本人簽名",
        "【注意事項】",
        "(02)2192-7186",
        "處理完畢時間",
        "列印",
        "取消申請",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let pdf = nabu.get("/application/form.pdf").await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(
        pdf.header("content-disposition")
            .starts_with("attachment; filename*=UTF-8")
    );
    assert!(pdf.body.starts_with("%PDF-1."));
    // The code on it leads the reviewer to the case.
    let (_, rest) = page.split_once("案件查詢碼</th><td>").unwrap();
    let code = rest.split_once('<').unwrap().0.to_lowercase().replace('-', "%20");
    let staff = site.signed_in(STAFF).await;
    assert!(
        staff
            .get(&format!("/staff?number={code}"))
            .await
            .leads_to()
            .starts_with("/staff/cases/")
    );
    assert!(
        staff
            .get("/staff?number=1151123-0001")
            .await
            .leads_to()
            .starts_with("/staff/cases/")
    );
    assert!(
        staff
            .get("/staff?number=nothing")
            .await
            .body
            .contains("查無這個編號")
    );
}

async fn only_files_of_three_kinds_are_taken(kind: Kind) {
    let site = Site::on(kind).await;
    let nabu = site.signed_in(NABU).await;
    nabu.apply(FIRE_AGENCY).await;
    let large = [PDF, &vec![b' '; 5 * 1024 * 1024], b"%%EOF"].concat();
    let huge = vec![b' '; 11 * 1024 * 1024];
    for (file, text) in [
        (b"MZ\x90".as_slice(), "只接受 PDF、PNG 或 JPEG"),
        (b"<svg onload=alert(1)>", "只接受 PDF、PNG 或 JPEG"),
        (b"", "請選擇已簽名的申請書檔案"),
        (&large, "檔案最大 5 MB"),
        (&huge, "檔案最大 5 MB"),
    ] {
        let answer = nabu.upload(file, "我的說明").await;
        assert!(
            answer.status == 422 && answer.body.contains(text),
            "{} {text}",
            answer.status
        );
    }
    let long = nabu.upload(PDF, &"字".repeat(501)).await;
    assert!(long.status == 422 && long.body.contains("說明最多 500 個字"));
    assert!(
        nabu.get("/application").await.body.contains("待送申請書"),
        "nothing came in"
    );
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    assert_eq!(
        nabu.send_body("POST", "/application/documents", &headers, b"nothing".to_vec())
            .await
            .status,
        400
    );
    let foreign = [
        ("sec-fetch-site", "cross-site"),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    assert_eq!(
        nabu.send_body("POST", "/application/documents", &foreign, Vec::new())
            .await
            .status,
        403
    );
}

async fn who_is_not_signed_in_is_led_to_the_sign_in(kind: Kind) {
    let site = Site::on(kind).await;
    for path in [
        "/application",
        "/application/form",
        "/application/form.pdf",
        "/application/withdraw",
        "/staff",
        "/profile/looks",
    ] {
        assert!(
            site.browser().get(path).await.leads_to().starts_with("/sign-in"),
            "{path}"
        );
    }
}

async fn without_the_advanced_data_one_is_led_to_them_and_back(kind: Kind) {
    let site = Site::on(kind).await;
    let dawen = site.signed_in(DAWEN).await;
    site.run("UPDATE members SET id_sealed = NULL, id_hash = NULL, id_kind = NULL, birthdate = NULL WHERE account_key = 'dawen1234'").await;
    let page = dawen.get("/application").await.body;
    assert!(page.contains("請先填寫進階資料") && !page.contains("送出資料"));
    assert_eq!(dawen.apply(FIRE_AGENCY).await.leads_to(), "/application");
    let edit = dawen.get("/profile/edit?details=true&next=%2Fapplication").await;
    assert_eq!(edit.hidden("next"), "/application");
    let elsewhere = dawen
        .get("/profile/edit?next=https%3A%2F%2Fevil.example")
        .await
        .body;
    assert!(!elsewhere.contains("name=\"next\""), "no other site's address");
}
