import Clicks
import Notebook
import Recall

/// How `eval` measures, in the points in which published figures differ.
///
/// Source of the points: W. Krichene and S. Rendle, "On Sampled Metrics for Item Recommendation", KDD 2020 (ranking); A. Sun,
/// "Take a Fresh Look at Recommender Systems from an Evaluation Standpoint", SIGIR 2023 (split); A. Petrov and C.
/// Macdonald, "A Systematic Review and Replicability Study of BERT4Rec", RecSys 2022 (what the query sees).
struct EvalProtocol {
  /// What the settings of `split` say; nil where there is no such cell.
  let outline: SplitArtifact.Outline?
  let split: SplitData
  /// Items that can be recommended.
  let items: Int
  let seen: SeenItems

  /// All of them.
  static let points = [
    ProtocolPoint(
      "split",
      "split",
      ["leave_one_out", "leave_last_n", "time", "ratio", "random", "files", "items"]
    ),
    ProtocolPoint(
      "validation",
      "held out for validation",
      ["none", "second_last", "users", "items", "random"]
    ),
    ProtocolPoint(
      "query_sees_validation",
      "the query of the test sees the validation click",
      ["true", "false"]
    ),
    ProtocolPoint("refit", "learned from the validation clicks before the test", ["true", "false"]),
    ProtocolPoint("ranking", "ranked items", ["full", "sampled"]),
    ProtocolPoint("seen", "items seen before", ["leave_out", "keep"]),
    ProtocolPoint("recall", "recall divides by", ["held_out", "at_most_k"]),
    ProtocolPoint("ndcg", "the ideal list of NDCG ends at", ["at_most_k", "held_out"]),
    ProtocolPoint("users", "users tested", nil),
    ProtocolPoint("items", "items ranked", nil),
    ProtocolPoint("interactions", "clicks in all", nil),
  ]

  /// Each with what it is here.
  var values: [(name: String, value: String)] {
    let clicks =
      split.history.clickCount + split.heldOut.clickCount + (split.validation?.clickCount ?? 0)
      + (split.afterValidation?.clickCount ?? 0)
    let validation = outline?.validation ?? "none"
    return [
      ("split", outline?.strategy ?? ""), ("validation", validation),
      // A request of the test sees all that comes before it, whatever was learned from.
      ("query_sees_validation", "true"),
      ("refit", validation == "none" || split.refits ? "true" : "false"), ("ranking", "full"),
      ("seen", seen.rawValue),
      ("recall", "held_out"), ("ndcg", "at_most_k"), ("users", "\(split.heldOut.users.count)"),
      ("items", "\(items)"), ("interactions", "\(clicks)"),
    ]
  }
}
