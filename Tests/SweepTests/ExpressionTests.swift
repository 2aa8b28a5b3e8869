import Recipe
import Testing

@testable import Sweep

@Suite("Computed settings")
struct ExpressionTests {
  private let values: [String: Setting] = [
    "train.batch_size": .int(512), "model.temperature": .real(0.25), "model.pooling": .string("mean"),
  ]

  @Test(
    "Arithmetic follows its own order, and what has no fraction is whole",
    arguments: [
      ("${train.batch_size * 4}", Setting.int(2048)),
      ("${train.batch_size*2+10 - 4/2}", .int(1032)),
      ("${(train.batch_size + 2) * -1}", .int(-514)),
      ("${model.temperature / 2}", .real(0.125)),
      ("${10 - 2 - 3}", .int(5)),
      ("${model.pooling}", .string("mean")),
    ]
  )
  func values(text: String, expected: Setting) throws {
    #expect(try Expression(text)?.evaluate { values[$0] } == expected)
  }

  @Test(
    "What is no expression is none",
    arguments: [
      "", "${", "${}", "${a +}", "${a b}", "x ${a}", "${(a}", "${a ** 2}",
      "${" + String(repeating: "(", count: 999),
    ]
  )
  func refused(text: String) { #expect(Expression(text) == nil) }

  @Test("An unknown name, a word in arithmetic and a division by zero have no value")
  func noValue() throws {
    let reasons = [
      "${unknown}": "'unknown' has no value", "${model.pooling * 2}": "'model.pooling' is no number",
      "${1 / 0}": "it divides by zero", "${train.batch_size / (4 - 2 * 2)}": "it divides by zero",
    ]
    for (text, words) in reasons {
      let expression = try #require(Expression(text))
      #expect(throws: Expression.Failure(words: words)) { try expression.evaluate { values[$0] } }
    }
  }

  @Test(
    "Times have units",
    arguments: [("90s", 90), ("30m", 1800), ("1.5h", 5400), ("1d", 86400), ("7", 7.0)]
  )
  func times(text: String, seconds: Double) { #expect(Duration.seconds(text) == seconds) }

  @Test("What is no time is none", arguments: ["", "s", "-1s", "0", "2 weeks", "nan", "infs"])
  func noTimes(text: String) { #expect(Duration.seconds(text) == nil) }
}
