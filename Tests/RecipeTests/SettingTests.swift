import Testing

@testable import Recipe

@Suite("Settings")
struct SettingTests {
  @Test("canonical text sorts keys, keeps types apart and filters by role")
  func canonical() {
    let setting = Setting.section([
      SettingEntry("b", .int(1)), SettingEntry("a", .real(1)), SettingEntry("c", .string("1\"\n")),
      SettingEntry("ef", .int(5), role: .use), SettingEntry("title", .string("x"), role: .presentation),
      SettingEntry("s", .section([SettingEntry("n", .null), SettingEntry("p", .null, role: .presentation)])),
      SettingEntry("t", .section([SettingEntry("p", .null, role: .presentation)])),
      SettingEntry("l", .list([.bool(true), .list([])])),
    ])
    #expect(
      setting.canonical() == #"{"a":1.0,"b":1,"c":"1\"\n","l":[true,[]],"s":{"n":null}}"#
    )
    #expect(setting.canonical(roles: [.use]) == #"{"ef":5}"#)
    #expect(
      setting.canonical(roles: [.compute, .use])
        == #"{"a":1.0,"b":1,"c":"1\"\n","ef":5,"l":[true,[]],"s":{"n":null}}"#
    )
  }

  @Test("order, origin and place do not change the canonical text; minus zero is zero")
  func canonicalEquality() throws {
    let place = Place(file: "f", line: 1, column: 1)
    let a = Setting.section([SettingEntry("x", .real(-0.0)), SettingEntry("y", .int(2))])
    let b = Setting.section([
      SettingEntry("y", .int(2), origin: .override, place: place), SettingEntry("x", .real(0)),
    ])
    #expect(a.canonical() == b.canonical())
  }

  @Test("defaults and what spells them out have the same canonical text")
  func defaultsFilledIn() throws {
    let short = Demo.settings(of: "train", in: try Demo.load("train:\n"))
    let long = Demo.settings(
      of: "train",
      in: try Demo.load("train: {learning_rate: 1e-3, epochs: 3, seed: 42}\n")
    )
    #expect(short.canonical() == long.canonical())
  }

  @Test("YAML is written so that every reader takes it alike")
  func yaml() {
    let setting = Setting.section([
      SettingEntry("rate", .real(1e-5)), SettingEntry("big", .real(1e300)), SettingEntry("whole", .real(2)),
      SettingEntry("no", .string("no")), SettingEntry("text", .string("a: b")),
      SettingEntry("n", .string("12")),
      SettingEntry("ref", .string("${x} $${y}")), SettingEntry("prose", .string("One\n\n  two ${z}\n")),
      SettingEntry("cut", .string("One\ntwo")), SettingEntry("odd", .string(" lead\ntwo")),
      SettingEntry("name", .string("plain name")), SettingEntry("empty", .list([])),
      SettingEntry("list", .list([.int(1), .string("~"), .null]), origin: .override),
      SettingEntry("section", .section([])),
      SettingEntry("items", .list([.section([SettingEntry("k", .int(1))]), .string("x")])),
    ])
    #expect(
      setting.yaml(indent: 2, markOverrides: true) == #"""
          rate: 1.0e-05
          big: 1.0e+300
          whole: 2.0
          "no": "no"
          text: "a: b"
          "n": "12"
          ref: "$${x} $$${y}"
          prose: |
            One

              two $${z}
          cut: |-
            One
            two
          odd: " lead\ntwo"
          name: plain name
          empty: []
          list: [1, "~", null]  # overridden
          section: {}
          items:
            -
              k: 1
            - x

        """#
    )
  }

  @Test("resolved settings read back the same")
  func roundTrip() throws {
    let text = """
      train:
        name: "$${x} \\u0007 'q' \\"d\\" #"
        tag: |
          two
            lines: yes
        learning_rate: 1e-5
        hidden_units: [1, 2]
        search: {on: "no", t: "1e3", "a b": .5}
      """
    let first = Demo.settings(of: "train", in: try Demo.load(text))
    let second = Demo.settings(of: "train", in: try Demo.load("train:\n" + first.yaml(indent: 2)))
    #expect(first.canonical() == second.canonical())
    #expect(first["name"] == .string("${x} \u{7} 'q' \"d\" #"))
  }

  @Test("entries know where their values came from")
  func origins() throws {
    let document = try Demo.load(
      "train: {epochs: 4, name: '${env:N}'}\n",
      overrides: ["train.tag=x"],
      environment: ["N": "n"]
    )
    guard case .section(let entries) = Demo.settings(of: "train", in: document) else {
      Issue.record("no section")
      return
    }
    func origin(_ key: String) -> SettingOrigin? { entries.first { $0.key == key }?.origin }
    #expect(origin("epochs") == .recipe)
    #expect(origin("name") == .environment)
    #expect(origin("tag") == .override)
    #expect(origin("seed") == .default)
    #expect(
      entries.first { $0.key == "epochs" }?.place == Place(file: "demo.yaml", line: 1, column: 9, length: 6)
    )
  }
}
