import Files
import FoundationEssentials

/// Why a request is refused, by the numbers of JSON-RPC 2.0 and of the Language Server Protocol.
struct RPCError: Error {
  var code: Int
  var message: String

  static func parse(_ message: String) -> RPCError { RPCError(code: -32700, message: message) }
  static func invalidRequest(_ message: String) -> RPCError { RPCError(code: -32600, message: message) }
  static func unknownMethod(_ name: String) -> RPCError {
    RPCError(code: -32601, message: "there is no method '\(name.prefix(100))'")
  }
  static func invalidParameters(_ message: String) -> RPCError { RPCError(code: -32602, message: message) }
  static let notInitialized = RPCError(code: -32002, message: "expected 'initialize' first")
}

/// What a client sent: a request where there is an id, else a notification. Its parameters are read when it is known what
/// they are.
struct RPCMessage {
  /// The id to answer to; nil for a notification.
  let id: JSONValue?
  /// The method; nil for an answer to a request of ours.
  let method: String?
  private let bytes: [UInt8]

  private struct Envelope: Decodable {
    var id: JSONValue?
    var method: String?

    enum Keys: String, CodingKey { case id, method }

    init(from decoder: any Decoder) throws {
      let keys = try decoder.container(keyedBy: Keys.self)
      // 'null' is an id like any other here, which is refused below.
      id = keys.contains(.id) ? try keys.decode(JSONValue.self, forKey: .id) : nil
      method = try keys.decodeIfPresent(String.self, forKey: .method)
    }
  }

  private struct Body<Parameters: Decodable>: Decodable {
    var params: Parameters
  }

  /// Reads a message.
  /// - Throws: ``RPCError`` where it is no JSON, or no message.
  init(_ bytes: [UInt8]) throws(RPCError) {
    self.bytes = bytes
    let envelope: Envelope
    do {
      envelope = try JSONDecoder().decode(Envelope.self, from: Data(bytes))
    } catch DecodingError.dataCorrupted {
      throw .parse("expected JSON")
    } catch {
      throw .invalidRequest("expected an object with a 'method' that is a text")
    }
    switch envelope.id {
    case nil, .int, .string: break
    default: throw .invalidRequest("expected an 'id' that is a whole number or a text")
    }
    if envelope.method == nil, envelope.id == nil { throw .invalidRequest("expected a 'method'") }
    (id, method) = (envelope.id, envelope.method)
  }

  /// The parameters.
  /// - Throws: ``RPCError`` where they are not those of the method.
  func parameters<Parameters: Decodable>(_ type: Parameters.Type = Parameters.self) throws(RPCError)
    -> Parameters
  {
    do { return try JSONDecoder().decode(Body<Parameters>.self, from: Data(bytes)).params } catch {
      throw .invalidParameters(
        "the parameters are not those of '\(method?.prefix(100) ?? "")': \(Self.words(error))"
      )
    }
  }

  private static func words(_ error: any Error) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "'\(key.stringValue)' is missing in '\(path(context))'"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "'\(path(context))' is something else"
    default: return "they cannot be read"
    }
  }
}
