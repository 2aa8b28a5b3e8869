import Testing

@testable import Recipe

@Suite("YAML 1.2 core schema")
struct CoreSchemaTests {
  @Test(
    "plain scalars have the type the core schema gives them",
    arguments: [
      ("1e-3", Scalar.real(0.001)), ("1e3", .real(1000)), (".5", .real(0.5)), ("5.", .real(5)),
      ("-1.5E+2", .real(-150)), (".inf", .real(.infinity)), ("-.INF", .real(-.infinity)),
      ("+.Inf", .real(.infinity)), ("12", .int(12)), ("+12", .int(12)), ("-7", .int(-7)), ("012", .int(12)),
      ("0x1F", .int(31)), ("0o17", .int(15)), ("0b1", .string("0b1")), ("-0x1", .string("-0x1")),
      ("0x-1", .string("0x-1")), ("0o8", .string("0o8")), ("1_000", .string("1_000")), ("no", .string("no")),
      ("yes", .string("yes")), ("on", .string("on")), ("off", .string("off")), ("y", .string("y")),
      ("true", .bool(true)), ("FALSE", .bool(false)), ("tRue", .string("tRue")), ("null", .null),
      ("~", .null),
      ("", .null), ("nil", .string("nil")), ("2020-01-01", .string("2020-01-01")), ("1:20", .string("1:20")),
      ("e3", .string("e3")), ("1e", .string("1e")), (".", .string(".")), ("1.2.3", .string("1.2.3")),
      ("9223372036854775807", .int(Int.max)), ("-9223372036854775808", .int(Int.min)),
    ]
  )
  func types(text: String, expected: Scalar) {
    #expect(CoreSchema.scalar(plain: text).value == expected)
  }

  @Test("not-a-number is read, whatever its capitals")
  func notANumber() {
    for text in [".nan", ".NaN", ".NAN"] {
      guard case .real(let value) = CoreSchema.scalar(plain: text).value else {
        Issue.record("\(text) is no real")
        continue
      }
      #expect(value.isNaN)
    }
  }

  @Test("integers beyond 64 bits are known as such")
  func oversized() {
    #expect(CoreSchema.scalar(plain: "9223372036854775808").isOversized)
    #expect(CoreSchema.scalar(plain: "0xFFFFFFFFFFFFFFFF").isOversized)
    #expect(!CoreSchema.scalar(plain: "9223372036854775807").isOversized)
  }

  @Test("quoted scalars and block scalars are strings")
  func quoted() throws {
    #expect(try Demo.setting("train.name", "train: {name: '3'}") == .string("3"))
    #expect(try Demo.setting("train.name", "train: {name: \"true\"}") == .string("true"))
    #expect(try Demo.setting("train.name", "train:\n  name: |\n    3\n") == .string("3\n"))
    #expect(try Demo.setting("train.name", "train: {name: !!str 3}") == .string("3"))
  }
}
