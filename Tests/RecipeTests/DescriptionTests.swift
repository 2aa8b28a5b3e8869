import Foundation
import Notebook
import Report
import Testing

@testable import Recipe

private struct ClipStep: Step {
  static let name = "s"
  static let summary = "S."
  static let revision = 1

  init(_ fields: inout Fields) {
    _ = fields.optionalDouble("clip", in: .aboveUpTo(0, 5), "The \"norm\".")
  }

  func run(in context: RunContext) throws -> [Block] { [] }
}

@Suite("Help and schema")
struct DescriptionTests {
  @Test("help shows every setting in aligned columns")
  func help() {
    #expect(
      helpText(for: Demo.declarations[0]) == """
        config: Sets the scene.

          key          type     default             range              help
          seed         integer  42                  from 0 to 1000000  The seed.
          data         section                                         The clicks.
            dir        path     $DEMO_DATA or data                     Where they are.
            synthetic  section  off                                    Made-up clicks.
              users    integer  100                 from 1 to 1000     How many users.

        """
    )
    #expect(
      helpText(for: Demo.declarations[1]) == """
        train: Trains.

          key            type              default         range                               help
          epochs         integer           3               from 1 to 10000                     Passes over the samples.
          seed           integer           ${config.seed}  from 0 to 1000000                   The seed.
          sample         integer           -               of at least 1                       How many samples.
          learning_rate  number            0.001           above 0                             The step size.
          clip           number            -               above 0                             The gradient's greatest norm.
          shuffle        boolean           true                                                Whether samples are shuffled.
          name           string            tower                                               The model's name.
          tag            string            -                                                   A tag.
          strategy       choice            last_click      last_click | time | ratio           How to split.
          hidden_units   list of integers  [64, 32]        1 to 4 values, each from 1 to 4096  Layer widths.
          features       list of columns   [os, 2]                                             Columns.
          search         mapping           {}                                                  Index settings.

        """
    )
  }

  @Test("the schema is JSON with a definition a step, from the declarations")
  func schema() throws {
    let text = jsonSchema(steps: Demo.declarations)
    let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(schema["additionalProperties"] as? Bool == false)
    let patterns = try #require(schema["patternProperties"] as? [String: Any])
    #expect(
      patterns.keys.sorted() == [
        "^config as [A-Za-z_][A-Za-z0-9_-]*$", "^train as [A-Za-z_][A-Za-z0-9_-]*$", "^x-",
      ]
    )
    let definitions = try #require(schema["$defs"] as? [String: [String: Any]])
    let train = try #require(definitions["train"]?["properties"] as? [String: Any])
    #expect(train.keys.sorted().first == "allow" && train.count == 17)
  }

  @Test("a setting's schema holds its help, default, range and the reference")
  func field() {
    let text = jsonSchema(steps: [ClipStep.declaration])
    let expected = #"""
              "clip": {
                "description": "The \"norm\".",
                "default": null,
                "anyOf": [
                  {
                    "type": "number",
                    "exclusiveMinimum": 0.0,
                    "maximum": 5.0,
                    "not": {
                      "exclusiveMaximum": -1.7976931348623157e+308
                    }
                  },
                  {
                    "type": "string",
                    "pattern": "(^|[^$])\\$\\{"
                  },
                  {
                    "type": "null"
                  }
                ]
              }
      """#
    #expect(text.contains(expected))
  }

  @Test("the schema is the same text every time")
  func stable() {
    #expect(jsonSchema(steps: Demo.declarations) == jsonSchema(steps: Demo.declarations))
  }
}
