import Testing

@testable import Clicks

@Suite("Names that look the same")
struct NameTwinsTests {
  @Test(
    "they differ in Unicode form, in blanks around them or in characters that are not seen, and in nothing else"
  )
  func twins() {
    let twins = [
      ("caf\u{e9}", "cafe\u{301}"), ("tea", "tea\u{A0}"), ("tea", " tea"), ("ab", "a\u{200B}b"),
      ("ab", "\u{FEFF}ab"),
      ("a b", "a\u{AD} b\u{2060}"),
    ]
    for (one, two) in twins {
      #expect(
        NameTwins.all(in: [one, "x", two]).count == 1,
        "\(one.debugDescription), \(two.debugDescription)"
      )
    }
    for (one, two) in [("ab", "a b"), ("ab", "AB"), ("0", "O"), ("tea", "te")] {
      #expect(NameTwins.all(in: [one, two]).count == 0, "\(one), \(two)")
    }
  }
}
