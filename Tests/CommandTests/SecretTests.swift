import Foundation
import Testing

/// Variables whose names say that they are secrets, in recipes that use them.
@Suite("Secrets")
struct SecretTests {
  private static let secret = "hunter\"2 \\ é%"
  private static let environment = ["STORE_TOKEN": secret, "PLAIN": "c"]

  /// Every file below a folder in which a text stands.
  private func holders(of text: String, in folder: String) -> [String] {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return files.filter { name in
      guard let data = FileManager.default.contents(atPath: folder + "/" + name) else { return false }
      return data.range(of: Data(text.utf8)) != nil
    }
  }

  @Test("what is kept of a run names the variable in place of its value, and can be run again")
  func kept() throws {
    let place = try Workplace()
    let log = try place.text("c.csv").replacingOccurrences(of: "device", with: "hunter2-device")
    try place.write("c.csv", log)
    try place.write(
      "r.yaml",
      Workplace.recipe.replacingOccurrences(of: "clicks: c.csv", with: "clicks: '${env:PLAIN}.csv'")
        + "script:\n  command: [python3, -c, 'import sys; print(len(sys.argv[1]))', '${env:STORE_TOKEN}']\n"
        + "  text: \"of {{ script.command }}\"\n"
    )
    let words = ["run", "r.yaml", "--allow-scripts", "--output", "o", "--cache", "cache"]
    let outcome = try place.start(words, environment: Self.environment).finish()
    #expect(outcome.status == 0, "\(outcome.errors)")
    for part in ["hunter", "2 \\ é", "é%"] {
      #expect(holders(of: part, in: place.path + "/o").isEmpty, "\(part)")
      #expect(holders(of: part, in: place.path + "/cache").isEmpty, "\(part)")
      #expect(!outcome.errors.contains(part), "\(outcome.errors)")
    }
    let recipe = try place.text("o/recipe.yaml")
    #expect(recipe.contains("${env:STORE_TOKEN}") && recipe.contains("c.csv"), "\(recipe)")
    #expect(try place.text("o/report.md").contains("${env:STORE_TOKEN}"))
    let again = try place.start(
      ["run", "o/recipe.yaml", "--allow-scripts", "--output", "p", "--cache", "cache"],
      environment: Self.environment
    ).finish()
    #expect(again.status == 0, "\(again.errors)")
    #expect(
      !again.errors.contains("epoch 1/1"),
      "all of it is kept, as the recipe is the same:\n\(again.errors)"
    )
  }

  @Test(
    "nor is a secret that needs no quotes kept, in lists, prose, numbers or where it is a part of a value",
    arguments: ["hunter2secret", "31415926", "two words", "a: b, {c} [d] # e"]
  )
  func plain(secret: String) throws {
    let place = try Workplace()
    try place.write(
      "r.yaml",
      Workplace.recipe
        + "script:\n  command: [python3, -c, 'import sys; print(len(sys.argv))', '${env:STORE_TOKEN}', 'x-${env:STORE_TOKEN}-y']\n"
        + "  text: \"of {{ script.command }}\"\n"
    )
    let environment = ["STORE_TOKEN": secret]
    let words = ["run", "r.yaml", "--allow-scripts", "--output", "o", "--cache", "cache"]
    let outcome = try place.start(words, environment: environment).finish()
    #expect(outcome.status == 0, "\(outcome.errors)")
    for folder in ["/o", "/cache"] {
      #expect(
        holders(of: secret, in: place.path + folder).isEmpty,
        "\(holders(of: secret, in: place.path + folder))"
      )
    }
    let again = try place.start(
      ["run", "o/recipe.yaml", "--allow-scripts", "--output", "p", "--cache", "cache"],
      environment: environment
    ).finish()
    #expect(again.status == 0 && !again.errors.contains("epoch 1/1"), "\(again.errors)")
  }

  @Test("nor is it told when something is wrong with it")
  func wrong() throws {
    let place = try Workplace()
    try place.write(
      "r.yaml",
      Workplace.recipe.replacingOccurrences(of: "seed: 7", with: "seed: '${env:STORE_TOKEN}'")
    )
    let outcome = try place.start(["check", "r.yaml"], environment: Self.environment).finish()
    #expect(outcome.status == 2 && outcome.errors.contains("${env:STORE_TOKEN}"), "\(outcome.errors)")
    #expect(!outcome.errors.contains("hunter"), "\(outcome.errors)")
  }

  @Test("nor is it told by what looks at a recipe, as a whole or cut short")
  func looked() throws {
    let place = try Workplace()
    try place.write("r.yaml", Workplace.recipe + "script:\n  command: [/bin/echo, 'x${env:STORE_TOKEN}']\n")
    for verb in [["check", "r.yaml"], ["allow", "r.yaml"], ["plan", "r.yaml"]] {
      // Where programs are allowed is the test's own affair.
      let environment = Self.environment.merging(["HOME": place.path, "XDG_CONFIG_HOME": place.path]) { $1 }
      let outcome = try place.start(verb, environment: environment).finish()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(verb[0] == "plan" || outcome.output.contains("'x${env:STORE_TOKEN}'"), "\(outcome.output)")
      for part in ["hunter", "é%"] { #expect(!outcome.output.contains(part), "\(outcome.output)") }
    }
    try place.write(
      "long.yaml",
      Workplace.recipe.replacingOccurrences(of: "seed: 7", with: "seed: '${env:STORE_TOKEN}'")
    )
    let long = String(repeating: "s3cret-", count: 12)
    for secret in [long, "s3cret\tof\ttabs"] {
      let outcome = try place.start(["check", "long.yaml"], environment: ["STORE_TOKEN": secret]).finish()
      #expect(outcome.status == 2 && outcome.errors.contains("'${env:STORE_TOKEN}'"), "\(outcome.errors)")
      #expect(!outcome.errors.contains("s3cret"), "\(outcome.errors)")
    }
  }

  @Test(
    "a secret that is a word of what is kept as well spoils nothing of it",
    arguments: ["name", "eval", "plot", "files", "hit_rate", "title", "cells", "true"]
  )
  func words(secret: String) throws {
    let place = try Workplace()
    try place.text("c.csv").write(toFile: place.path + "/\(secret).csv", atomically: true, encoding: .utf8)
    try place.write(
      "r.yaml",
      Workplace.recipe.replacingOccurrences(of: "clicks: c.csv", with: "clicks: '${env:API_KEY}.csv'")
    )
    let environment = ["API_KEY": secret]
    let words = ["run", "r.yaml", "--cache", "cache", "--output"]
    let outcome = try place.start(words + ["o"], environment: environment).finish()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let again = try place.start(words + ["p"], environment: environment).finish()
    #expect(again.status == 0 && !again.errors.contains("epoch 1/1"), "\(again.errors)")
    let kept = try place.start(
      ["run", "o/recipe.yaml", "--cache", "cache", "--output", "q"],
      environment: environment
    )
    .finish()
    #expect(kept.status == 0 && !kept.errors.contains("epoch 1/1"), "\(kept.errors)")
    let shown = try place.start(["report", "o", "--format", "html"], environment: environment).finish()
    #expect(shown.status == 0, "\(shown.errors)")
  }
}
