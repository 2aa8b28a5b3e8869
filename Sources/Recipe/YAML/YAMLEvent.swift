/// One step of a YAML text, as libyaml reports it.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case alias(String)
    case scalar(text: String, isPlain: Bool)
    case listStart, listEnd, mappingStart, mappingEnd
  }

  var kind: Kind
  var anchor: String?
  var tag: String?
  var start: Mark
  var end: Mark

  /// A position, all from 0 and counted in characters.
  struct Mark {
    var index: Int
    var line: Int
    var column: Int
  }
}

/// What libyaml could not read.
struct YAMLSyntaxError: Error {
  var problem: String
  var mark: YAMLEvent.Mark
  var context: String?
  var contextMark: YAMLEvent.Mark
}
