import Foundation
import Testing

@testable import Numerics

/// `golden/retrieval`: the top 20 after filtering, as NumPy finds them in Double.
@Suite("Exact search, golden values")
struct SearchGoldenTests {
  struct Retrieval: Decodable {
    let seen: [[Int64]]
  }

  @Test(
    "the golden top 20 come out exactly",
    .enabled(if: SearchGolden.directory != nil, "the shared golden files are not beside the repository")
  )
  func golden() throws {
    let folder = try #require(SearchGolden.directory) + "/retrieval"
    let items = try NumpyFile.readMatrix(folder + "/item_vectors.npy")
    let users = try NumpyFile.readMatrix(folder + "/user_vectors.npy")
    let ids = try NumpyFile.read(folder + "/item_ids.npy", as: Int64.self).values
    let expected = try NumpyFile.read(folder + "/top20.npy", as: Int64.self)
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/retrieval.json"))
    let seen = try JSONDecoder().decode(Retrieval.self, from: data).seen
    #expect(expected.shape == [200, 20])
    let found = try ExactSearch(items: items, ids: ids).search(
      queries: users,
      k: 20,
      options: SearchOptions(exclusions: Exclusions(seen), threads: 2)
    )
    #expect(found.ids == expected.values)
  }
}
