//! Between the protocol's messages and the embedded engine's types. What teller does not send is refused.

use std::collections::HashMap;
use std::str::FromStr;

use qdrant_client::qdrant as protocol;
use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::vectors::VectorsOptions;
use qdrant_client::qdrant::{vector, vector_input, vector_output, vectors_config, vectors_output};
use qdrant_edge::external::ordered_float::OrderedFloat;
use qdrant_edge::external::uuid::Uuid;
use qdrant_edge::{
    AnyVariants, Condition, Distance, EdgeConfig, EdgeSparseVectorParams, EdgeVectorParams, FieldCondition, Filter,
    Match, MatchAny, Modifier, Payload, PointId, PointStructPersisted, Range, SparseVector, VectorInternal,
    VectorPersisted, VectorStructInternal, VectorStructPersisted,
};
use tonic::Status;

type Result<T> = std::result::Result<T, Status>;

fn refused(what: &str) -> Status {
    Status::invalid_argument(format!("the fake server does not take {what}"))
}

/// A path or an id, read from its text.
fn parsed<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| refused(text))
}

pub fn config(created: &protocol::CreateCollection) -> Result<EdgeConfig> {
    let vectors = created.vectors_config.as_ref().and_then(|vectors| vectors.config.as_ref());
    let Some(vectors_config::Config::ParamsMap(vectors)) = vectors else {
        return Err(refused("a collection without named vectors"));
    };
    let mut config = EdgeConfig::builder();
    for (name, params) in &vectors.map {
        if params.distance != i32::from(protocol::Distance::Cosine) {
            return Err(refused("a distance other than cosine"));
        }
        let size = usize::try_from(params.size).map_err(|_| refused("such a size"))?;
        config = config.vector(name.as_str(), EdgeVectorParams::builder(size, Distance::Cosine).build());
    }
    for (name, params) in created.sparse_vectors_config.iter().flat_map(|sparse| &sparse.map) {
        if params.modifier != Some(i32::from(protocol::Modifier::Idf)) {
            return Err(refused("sparse vectors without IDF"));
        }
        config = config.sparse_vector(name.as_str(), EdgeSparseVectorParams::builder().modifier(Modifier::Idf).build());
    }
    Ok(config.build())
}

pub fn id(id: &protocol::PointId) -> Result<PointId> {
    match &id.point_id_options {
        Some(PointIdOptions::Uuid(text)) => parsed::<Uuid>(text).map(PointId::Uuid),
        _ => Err(refused("a point without a UUID")),
    }
}

pub fn their_id(id: &PointId) -> protocol::PointId {
    protocol::PointId::from(id.to_string())
}

pub fn point(point: protocol::PointStruct) -> Result<PointStructPersisted> {
    let named = match point.vectors.and_then(|vectors| vectors.vectors_options) {
        Some(VectorsOptions::Vectors(named)) => named.vectors,
        _ => return Err(refused("a point without named vectors")),
    };
    let mut vectors = HashMap::new();
    for (name, vector) in named {
        let vector = match vector.vector {
            Some(vector::Vector::Dense(dense)) => VectorPersisted::Dense(dense.data),
            Some(vector::Vector::Sparse(sparse)) => {
                VectorPersisted::Sparse(SparseVector { indices: sparse.indices, values: sparse.values })
            }
            _ => return Err(refused("such a vector")),
        };
        vectors.insert(name.as_str().into(), vector);
    }
    Ok(PointStructPersisted {
        id: id(&point.id.unwrap_or_default())?,
        vector: VectorStructPersisted::Named(vectors),
        payload: Some(Payload(qdrant_client::Payload::from(point.payload).into())),
    })
}

pub fn their_payload(payload: Option<Payload>) -> HashMap<String, protocol::Value> {
    qdrant_client::Payload::from(payload.unwrap_or_default().0).into()
}

/// Of the vectors of a point, the dense ones that are `wanted`.
pub fn their_vectors(
    vectors: Option<VectorStructInternal>,
    wanted: impl Fn(&str) -> bool,
) -> Result<protocol::VectorsOutput> {
    let Some(VectorStructInternal::Named(named)) = vectors else {
        return Err(Status::internal("a stored point has no named vectors"));
    };
    let mut vectors = HashMap::new();
    for (name, vector) in named {
        let name: &str = name.as_ref();
        if !wanted(name) {
            continue;
        }
        let VectorInternal::Dense(data) = vector else {
            return Err(refused("to read vectors that are not dense"));
        };
        let dense = vector_output::Vector::Dense(protocol::DenseVector { data });
        let dense = protocol::VectorOutput { vector: Some(dense), ..protocol::VectorOutput::default() };
        vectors.insert(name.to_owned(), dense);
    }
    let options = vectors_output::VectorsOptions::Vectors(protocol::NamedVectorsOutput { vectors });
    Ok(protocol::VectorsOutput { vectors_options: Some(options) })
}

pub fn needle(vector: protocol::VectorInput) -> Result<VectorInternal> {
    match vector.variant {
        Some(vector_input::Variant::Dense(dense)) => Ok(VectorInternal::Dense(dense.data)),
        Some(vector_input::Variant::Sparse(sparse)) => {
            Ok(VectorInternal::Sparse(SparseVector { indices: sparse.indices, values: sparse.values }))
        }
        _ => Err(refused("such a needle")),
    }
}

pub fn filter(filter: protocol::Filter) -> Result<Filter> {
    if !(filter.should.is_empty() && filter.must_not.is_empty() && filter.min_should.is_none()) {
        return Err(refused("conditions that are not required"));
    }
    let must = filter.must.into_iter().map(condition).collect::<Result<_>>()?;
    Ok(Filter { must: Some(must), ..Filter::default() })
}

fn condition(condition: protocol::Condition) -> Result<Condition> {
    let Some(ConditionOneOf::Field(field)) = condition.condition_one_of else {
        return Err(refused("a condition that is not on a field"));
    };
    let key = parsed(&field.key)?;
    let field = match (field.r#match.and_then(|found| found.match_value), field.range) {
        (Some(MatchValue::Keywords(words)), None) => {
            let any = AnyVariants::Strings(words.strings.into_iter().collect());
            FieldCondition::new_match(key, Match::Any(MatchAny { any }))
        }
        (None, Some(range)) => {
            let bound = |number: Option<f64>| number.map(OrderedFloat);
            let (gt, gte, lt, lte) = (bound(range.gt), bound(range.gte), bound(range.lt), bound(range.lte));
            FieldCondition::new_range(key, Range { lt, gt, gte, lte })
        }
        _ => return Err(refused("such a condition")),
    };
    Ok(Condition::Field(field))
}
