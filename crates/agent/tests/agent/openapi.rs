use crate::world::World;

#[test]
fn the_description_of_the_api_is_the_agreed_one() {
    let description = agent::openapi().to_pretty_json().unwrap();
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false,
        snapshot_path => "../snapshots" }, {
        insta::assert_snapshot!("openapi", description);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_serves_its_description_to_everybody() {
    let world = World::start().await;
    let served = world.request(reqwest::Method::GET, "/v1/openapi.json").send().await.unwrap();
    let served: serde_json::Value = served.json().await.unwrap();
    assert_eq!(served, serde_json::to_value(agent::openapi()).unwrap());
}
