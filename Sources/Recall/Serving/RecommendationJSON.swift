import Files

/// Answers as JSON, as the command line prints them and the service sends them.
package enum RecommendationJSON {
  /// `{"items": [{"id", "score", "title"?, "effects"?}], "notes": [{"code", "message"}]}`.
  package static func answer(_ answer: Recommendation) -> JSONValue {
    .object([("items", items(answer.items)), ("notes", notes(answer.notes))])
  }

  /// The items, best first.
  package static func items(_ items: [Recommendation.Item]) -> JSONValue {
    .array(
      items.map { item in
        var members: [(key: String, value: JSONValue)] = [
          ("id", .string(item.id)), ("score", .single(item.score)),
        ]
        if let title = item.title { members.append(("title", .string(title))) }
        if let effects = item.effects {
          members.append(
            (
              "effects",
              .array(
                effects.map {
                  .object([("clicked", .string($0.clicked)), ("change", .single($0.change))])
                }
              )
            )
          )
        }
        return .object(members)
      }
    )
  }

  /// What of the request could not be taken as it was meant.
  package static func notes(_ notes: [RequestNote]) -> JSONValue {
    .array(notes.map { .object([("code", .string($0.code)), ("message", .string($0.description))]) })
  }
}
