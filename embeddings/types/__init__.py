"""The few types that everything else is about: frozen, and checked once when they are made."""

from __future__ import annotations

from typing import TypeAlias

from embeddings.types.applications.pictures import Precision, VisualSearch, VisualSearchSpec
from embeddings.types.films import LIKED, SHARES, HeldOut, Likes, Ratings
from embeddings.types.inside import (
    CURVES,
    FAVOURS,
    Attention,
    Company,
    ContextMap,
    Contexts,
    FillIn,
    Filling,
    Findings,
    Sentences,
    Token,
    Tokens,
    Training,
)
from embeddings.types.measures import (
    TRUST_ARRAYS,
    Agreement,
    Answers,
    Interval,
    Measure,
    PairScore,
    Replies,
    Reply,
    Trust,
)
from embeddings.types.requests import (
    FORMAT,
    AgreementSpec,
    AttentionSpec,
    ClustersSpec,
    CompanySpec,
    ContextMapSpec,
    ContextsSpec,
    FillInSpec,
    HeldOutSpec,
    ImportSpec,
    InspectionSpec,
    ModelSpec,
    NeighborsSpec,
    OpeningSpec,
    Parameters,
    Progress,
    ProjectionSpec,
    QuestionsSpec,
    RatingsSpec,
    Request,
    Scalar,
    ScorecardSpec,
    SentencesSpec,
    Spec,
    TokensSpec,
    TrainingSpec,
    TrustSpec,
    VocabularySpec,
    as_parameters,
    no_progress,
    request_from_json,
)
from embeddings.types.scale import Cost, Nearby, NearbySpec, OneWay, ScaleSpec, Scaling
from embeddings.types.searching import (
    Encoded,
    EncodingSpec,
    Found,
    Hit,
    SearchScore,
    SearchScoreSpec,
    SearchSpec,
    TextIndex,
    TextIndexSpec,
    TextVectors,
    TextVectorsSpec,
)
from embeddings.types.tables import (
    Clusters,
    Column,
    EmbeddingTable,
    Matrix,
    Neighbors,
    Projection,
    Vocabulary,
)

__all__ = [
    "CURVES",
    "FAVOURS",
    "FORMAT",
    "LIKED",
    "SHARES",
    "TRUST_ARRAYS",
    "Agreement",
    "AgreementSpec",
    "Answers",
    "Attention",
    "AttentionSpec",
    "Clusters",
    "ClustersSpec",
    "Column",
    "Company",
    "CompanySpec",
    "ContextMap",
    "ContextMapSpec",
    "Contexts",
    "ContextsSpec",
    "Cost",
    "EmbeddingTable",
    "Encoded",
    "EncodingSpec",
    "FillIn",
    "FillInSpec",
    "Filling",
    "Findings",
    "Found",
    "HeldOut",
    "HeldOutSpec",
    "Hit",
    "ImportSpec",
    "InspectionSpec",
    "Interval",
    "Likes",
    "Matrix",
    "Measure",
    "ModelSpec",
    "Nearby",
    "NearbySpec",
    "Neighbors",
    "NeighborsSpec",
    "OneWay",
    "OpeningSpec",
    "PairScore",
    "Parameters",
    "Precision",
    "Progress",
    "Projection",
    "ProjectionSpec",
    "QuestionsSpec",
    "Ratings",
    "RatingsSpec",
    "Replies",
    "Reply",
    "Request",
    "Result",
    "Scalar",
    "ScaleSpec",
    "Scaling",
    "ScorecardSpec",
    "SearchScore",
    "SearchScoreSpec",
    "SearchSpec",
    "Sentences",
    "SentencesSpec",
    "Spec",
    "TextIndex",
    "TextIndexSpec",
    "TextVectors",
    "TextVectorsSpec",
    "Token",
    "Tokens",
    "TokensSpec",
    "Training",
    "TrainingSpec",
    "Trust",
    "TrustSpec",
    "VisualSearch",
    "VisualSearchSpec",
    "Vocabulary",
    "VocabularySpec",
    "as_parameters",
    "no_progress",
    "request_from_json",
]

Result: TypeAlias = (
    Vocabulary
    | EmbeddingTable
    | Neighbors
    | Projection
    | Clusters
    | Agreement
    | Trust
    | Answers
    | Replies
    | Training
    | Company
    | Contexts
    | ContextMap
    | Sentences
    | Tokens
    | Attention
    | FillIn
    | Findings
    | Ratings
    | HeldOut
    | TextIndex
    | TextVectors
    | Encoded
    | Found
    | SearchScore
    | VisualSearch
    | Scaling
    | Nearby
)
