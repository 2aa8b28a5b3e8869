import Foundation
import Report

extension JSONNode: Decodable {
  /// Reads any JSON value; whole numbers in the range of `Int` become `integer`.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONNode].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONNode].self))
    }
  }

  /// The value of a JSON text; a text that is no JSON stays a text.
  static func parsing(_ text: String) -> JSONNode {
    (try? JSONDecoder().decode(JSONNode.self, from: Data(text.utf8))) ?? .text(text)
  }
}
