import Foundation
import Testing

@testable import Files

@Suite("JSON")
struct JSONTests {
  private static let value = JSONValue.object([
    ("b", .array([.null, .bool(true), .int(2), .real(2), .real(1e-7)])), ("a", .object([])),
    ("c", .array([])),
  ])

  @Test("objects keep their order in every layout, and whole numbers are told from others")
  func layouts() {
    #expect(Self.value.text(.compact) == #"{"b":[null,true,2,2.0,1e-07],"a":{},"c":[]}"#)
    #expect(Self.value.text(.spaced) == #"{"b": [null, true, 2, 2.0, 1e-07], "a": {}, "c": []}"#)
    #expect(
      Self.value.text(.indented) == """
        {
          "b": [
            null,
            true,
            2,
            2.0,
            1e-07
          ],
          "a": {},
          "c": []
        }
        """
    )
    #expect(JSONValue.sorted(["b": .int(1), "a": .int(2)]).text(.compact) == #"{"a":2,"b":1}"#)
  }

  @Test("a number that is not finite is null", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(number: Double) {
    #expect(JSONValue.array([.real(number)]).text(.compact) == "[null]")
  }

  @Test("strings escape what must be, and what no terminal should be sent; others read the same")
  func escapes() throws {
    let text = "\u{1}\"\\é\n\r\t/\u{7F}\u{202E}\u{FEFF}😀"
    #expect(JSONValue.quoted(text) == #""\u0001\"\\é\n\r\t/\u007f\u202e\ufeff😀""#)
    let read = try JSONSerialization.jsonObject(with: Data("[\(JSONValue.quoted(text))]".utf8)) as? [String]
    #expect(read == [text])
  }

  @Test("strings and keys are written as they are quoted, whatever sign they have")
  func writing() {
    for value in UInt32(0)...0x2100 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "a\(Character(scalar))b"
      let quoted = JSONValue.quoted(text)
      #expect(JSONValue.object([(text, .string(text))]).text(.compact) == "{\(quoted):\(quoted)}")
    }
  }

  @Test("what is read is written again, keys ascending")
  func reading() throws {
    let read = try CodableJSON.value(JSONValue.self, from: #"{"b": [1, 2.5, "x/y", true], "a": null}"#)
    #expect(read.text(.compact) == #"{"a":null,"b":[1,2.5,"x/y",true]}"#)
  }

  @Test("values of ours come back whole, those JSON lacks too")
  func codable() throws {
    let numbers = ["b/c": [1, -0.0, .infinity, -.infinity], "a": [0.1]]
    let text = try CodableJSON.text(numbers)
    #expect(text == #"{"a":[0.1],"b/c":[1,-0,"inf","-inf"]}"#)
    #expect(try CodableJSON.value([String: [Double]].self, from: text) == numbers)
    #expect(try CodableJSON.value([Double].self, from: try CodableJSON.text([Double.nan]))[0].isNaN)
    #expect(throws: DecodingError.self) { try CodableJSON.value([Double].self, from: "[1") }
  }
}
