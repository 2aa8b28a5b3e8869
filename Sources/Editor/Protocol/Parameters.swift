import Files

/// A place in a text as the protocol has it: line and character, from 0.
struct Position: Decodable, Equatable {
  var line: Int
  var character: Int

  var json: JSONValue { .object([("line", .int(line)), ("character", .int(character))]) }
}

/// A span of a text; the end is not in it.
struct TextRange: Decodable, Equatable {
  var start: Position
  var end: Position

  var json: JSONValue { .object([("start", start.json), ("end", end.json)]) }
}

/// What the methods take; keys of the protocol that are not used here are left out.
enum Parameters {
  struct Initialize: Decodable {
    struct Folder: Decodable { var uri: String }
    struct General: Decodable { var positionEncodings: [String]? }
    struct Support: Decodable { var refreshSupport: Bool? }
    struct Workspace: Decodable { var codeLens: Support? }
    struct Capabilities: Decodable {
      var general: General?
      var workspace: Workspace?
    }
    var rootUri: String?
    var workspaceFolders: [Folder]?
    var capabilities: Capabilities?
  }

  struct Document: Decodable { var uri: String }

  struct VersionedDocument: Decodable {
    var uri: String
    var version: Int?
  }

  struct OpenedDocument: Decodable {
    var uri: String
    var version: Int?
    var text: String
  }

  struct DidOpen: Decodable { var textDocument: OpenedDocument }

  struct Change: Decodable {
    /// What is replaced; nil for all of the text.
    var range: TextRange?
    var text: String
  }

  struct DidChange: Decodable {
    var textDocument: VersionedDocument
    var contentChanges: [Change]
  }

  struct OfDocument: Decodable { var textDocument: Document }

  struct AtPosition: Decodable {
    var textDocument: Document
    var position: Position
  }

  struct CodeAction: Decodable {
    struct Context: Decodable { var only: [String]? }
    var textDocument: Document
    var range: TextRange
    var context: Context?
  }
}
