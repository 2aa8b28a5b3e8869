import Testing

@testable import Recall

/// Items found by what people type.
@Suite("The directory of items")
struct ItemDirectoryTests {
  private static let items: [(id: String, title: String?, clicks: Int64)] = [
    ("7", "The Matrix", 5), ("70", "Matrix Reloaded", 2), ("matrix", "Something else", 0),
    ("71", "A pre-matrix film", 9), ("72", "Dematrixed", 9), ("73", nil, 1), ("74", "ÉTÉ à Paris", 3),
    ("75", "l'été", 4),
  ]
  private let directory = ItemDirectory(
    count: items.count,
    clicks: items.map(\.clicks),
    counted: .training,
    name: { (Self.items[$0].id, Self.items[$0].title) }
  )

  private func found(_ query: String, limit: Int = 20) -> [String] {
    directory.find(query, limit: limit).map { Self.items[$0].id }
  }

  @Test("an item's own id, then what begins so, then words, then the rest; the most clicked first")
  func order() {
    #expect(found("matrix") == ["matrix", "70", "71", "7", "72"])
    #expect(found("MATRIX", limit: 2) == ["matrix", "70"])
    #expect(found("7") == ["7", "71", "72", "75", "74", "70", "73"])
    #expect(found("été") == ["74", "75"])
    #expect(found("paris") == ["74"])
    #expect(found("film") == ["71"])
  }

  @Test("nothing matches nothing, and no match goes from one text into the next")
  func ends() {
    #expect(found("").isEmpty && found("\0").isEmpty && found("x", limit: 0).isEmpty)
    #expect(found("film71").isEmpty && found("7170").isEmpty && found("else").count == 1)
    let empty = ItemDirectory(count: 0, clicks: [], counted: nil) { _ in ("", nil) }
    #expect(empty.find("a", limit: 3).isEmpty && empty.popular.isEmpty)
  }

  @Test("ranks are places among the clicked items, those clicked as often in the catalogue's order")
  func popularity() {
    #expect(directory.popular.map { Self.items[Int($0)].id } == ["71", "72", "7", "75", "74", "70", "73"])
    #expect(directory.ranks == [3, 6, 0, 1, 2, 7, 5, 4])
  }
}
