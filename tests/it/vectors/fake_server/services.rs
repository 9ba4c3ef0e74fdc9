//! The generated service traits, answered by [`Engine`]. Must not know how it does that.

use std::pin::Pin;
use std::sync::Arc;

use qdrant_client::qdrant as protocol;
use tonic::{Request, Response, Status};

use super::engine::Engine;

#[derive(Clone)]
pub struct Services {
    engine: Arc<Engine>,
    version: &'static str,
}

impl Services {
    pub fn new(engine: Arc<Engine>, version: &'static str) -> Self {
        Self { engine, version }
    }

    #[expect(clippy::unnecessary_wraps, reason = "all calls are answered alike")]
    fn health(&self, _request: protocol::HealthCheckRequest) -> Result<protocol::HealthCheckReply, Status> {
        let (title, version) = ("fake qdrant".to_owned(), self.version.to_owned());
        Ok(protocol::HealthCheckReply { title, version, commit: None })
    }
}

/// The methods of a service. `call(Request) -> Response = method` is answered by that method, a call without
/// one is not implemented. The signatures are those that `async_trait` makes, which cannot see into a macro.
macro_rules! calls {
    ($($call:ident($request:ident) -> $response:ident $(= $method:ident)?;)*) => {$(
        fn $call<'own, 'answer>(
            &'own self,
            request: Request<protocol::$request>,
        ) -> Pin<Box<dyn Future<Output = Result<Response<protocol::$response>, Status>> + Send + 'answer>>
        where
            'own: 'answer,
            Self: 'answer,
        {
            let answer = calls!(@ self, request, $call $(, $method)?);
            Box::pin(std::future::ready(answer.map(Response::new)))
        }
    )*};
    (@ $own:ident, $request:ident, $call:ident) => {{
        drop($request);
        Err(Status::unimplemented(concat!("the fake server has no ", stringify!($call))))
    }};
    (@ $own:ident, $request:ident, $call:ident, health) => { $own.health($request.into_inner()) };
    (@ $own:ident, $request:ident, $call:ident, $method:ident) => { $own.engine.$method($request.into_inner()) };
}

impl protocol::qdrant_server::Qdrant for Services {
    calls! {
        health_check(HealthCheckRequest) -> HealthCheckReply = health;
    }
}

impl protocol::collections_server::Collections for Services {
    calls! {
        create(CreateCollection) -> CollectionOperationResponse = create_collection;
        delete(DeleteCollection) -> CollectionOperationResponse = delete_collection;
        collection_exists(CollectionExistsRequest) -> CollectionExistsResponse = collection_exists;
        get(GetCollectionInfoRequest) -> GetCollectionInfoResponse = collection_info;

        list(ListCollectionsRequest) -> ListCollectionsResponse;
        update(UpdateCollection) -> CollectionOperationResponse;
        update_aliases(ChangeAliases) -> CollectionOperationResponse;
        list_collection_aliases(ListCollectionAliasesRequest) -> ListAliasesResponse;
        list_aliases(ListAliasesRequest) -> ListAliasesResponse;
        collection_cluster_info(CollectionClusterInfoRequest) -> CollectionClusterInfoResponse;
        update_collection_cluster_setup(UpdateCollectionClusterSetupRequest) -> UpdateCollectionClusterSetupResponse;
        create_shard_key(CreateShardKeyRequest) -> CreateShardKeyResponse;
        delete_shard_key(DeleteShardKeyRequest) -> DeleteShardKeyResponse;
        list_shard_keys(ListShardKeysRequest) -> ListShardKeysResponse;
    }
}

impl protocol::points_server::Points for Services {
    calls! {
        upsert(UpsertPoints) -> PointsOperationResponse = upsert;
        delete(DeletePoints) -> PointsOperationResponse = delete;
        create_field_index(CreateFieldIndexCollection) -> PointsOperationResponse = create_field_index;
        get(GetPoints) -> GetResponse = get;
        count(CountPoints) -> CountResponse = count;
        query(QueryPoints) -> QueryResponse = query;

        update_vectors(UpdatePointVectors) -> PointsOperationResponse;
        delete_vectors(DeletePointVectors) -> PointsOperationResponse;
        set_payload(SetPayloadPoints) -> PointsOperationResponse;
        overwrite_payload(SetPayloadPoints) -> PointsOperationResponse;
        delete_payload(DeletePayloadPoints) -> PointsOperationResponse;
        clear_payload(ClearPayloadPoints) -> PointsOperationResponse;
        delete_field_index(DeleteFieldIndexCollection) -> PointsOperationResponse;
        create_vector_name(CreateVectorNameRequest) -> PointsOperationResponse;
        delete_vector_name(DeleteVectorNameRequest) -> PointsOperationResponse;
        search(SearchPoints) -> SearchResponse;
        search_batch(SearchBatchPoints) -> SearchBatchResponse;
        search_groups(SearchPointGroups) -> SearchGroupsResponse;
        scroll(ScrollPoints) -> ScrollResponse;
        recommend(RecommendPoints) -> RecommendResponse;
        recommend_batch(RecommendBatchPoints) -> RecommendBatchResponse;
        recommend_groups(RecommendPointGroups) -> RecommendGroupsResponse;
        discover(DiscoverPoints) -> DiscoverResponse;
        discover_batch(DiscoverBatchPoints) -> DiscoverBatchResponse;
        update_batch(UpdateBatchPoints) -> UpdateBatchResponse;
        query_batch(QueryBatchPoints) -> QueryBatchResponse;
        query_groups(QueryPointGroups) -> QueryGroupsResponse;
        facet(FacetCounts) -> FacetResponse;
        search_matrix_pairs(SearchMatrixPoints) -> SearchMatrixPairsResponse;
        search_matrix_offsets(SearchMatrixPoints) -> SearchMatrixOffsetsResponse;
    }
}
