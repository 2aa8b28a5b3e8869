import Numerics
import Testing

@Suite("Products of matrices, counted and measured")
struct ProductTests {
  /// The notebook's model, with small vocabularies, on which nothing here depends.
  private let shape = TwoTowerShape(userVocabulary: 10, itemVocabulary: 10, categoryVocabulary: 10)

  private func operations(_ products: [MatrixProduct]) -> Double { products.reduce(0) { $0 + $1.operations } }

  @Test("a product counts a multiplication and an addition for each row, place and column")
  func product() {
    #expect(MatrixProduct(rows: 3, inner: 5, columns: 7).operations == 210)
    #expect(MatrixProduct(rows: 3, inner: 5, columns: 7, count: 4).operations == 840)
    #expect(MatrixProduct(rows: 3, inner: 5, columns: 7).repeated(3).operations == 630)
  }

  @Test("the towers' layers are counted by hand")
  func towers() {
    // Query: 64 inputs (user and history), item: 32 + 8 inputs; then 128, 64, 32.
    let query = 64 * 128 + 128 * 64 + 64 * 32
    let item = 40 * 128 + 128 * 64 + 64 * 32
    #expect(operations(shape.queryProducts(rows: 1000)) == Double(2 * 1000 * query))
    #expect(operations(shape.itemProducts(rows: 364_047)) == Double(2 * 364_047 * item))
    #expect(shape.queryProducts(rows: 0).isEmpty)
  }

  @Test("an epoch counts each step forward and twice backward, and the last, smaller one")
  func training() {
    let layers = 64 * 128 + 40 * 128 + 2 * (128 * 64 + 64 * 32)
    func step(_ batch: Int) -> Int { 3 * 2 * batch * layers + 3 * 2 * batch * batch * 32 }
    let products = shape.trainingProducts(samples: 65_809, batch: 1024)
    #expect(operations(products) == Double(64 * step(1024) + step(65_809 - 64 * 1024)))
  }

  @Test("a pool of candidates goes through the item tower whole")
  func pool() {
    let (query, item) = (64 * 128 + 128 * 64 + 64 * 32, 40 * 128 + 128 * 64 + 64 * 32)
    let products = shape.trainingProducts(samples: 200, batch: 100, candidates: 700)
    let step = 6 * (100 * query + 700 * item) + 6 * 100 * 700 * 32
    #expect(operations(products) == Double(2 * step))
  }

  @Test("a tower that adds up has no layers; a residual one has a map behind them")
  func kinds() {
    var shape = shape
    shape.itemKind = .identity
    #expect(shape.itemProducts(rows: 100).isEmpty)
    shape.itemKind = .residual
    #expect(
      operations(shape.itemProducts(rows: 100))
        == Double(2 * 100 * (40 * 128 + 128 * 64 + 64 * 32 + 32 * 32))
    )
  }

  @Test("interests are a map each on the way forward, and one of them on the way back")
  func interests() {
    var several = shape
    several.interests = 3
    // What is read is 32 wide, and so are vectors.
    let own = operations(several.queryProducts(rows: 100)) - operations(shape.queryProducts(rows: 100))
    #expect(own == Double(3 * 2 * 100 * 32 * 32))
    let step =
      operations(several.trainingProducts(samples: 100, batch: 100))
      - operations(shape.trainingProducts(samples: 100, batch: 100))
    #expect(step == Double((3 + 2) * 2 * 100 * 32 * 32))
  }

  @Test("products are measured, whatever their shape")
  func measured() {
    for product in [
      MatrixProduct(rows: 8, inner: 4, columns: 8),
      MatrixProduct(rows: 8, inner: 4, columns: 8, transposesLeft: true),
      MatrixProduct(rows: 3, inner: 5, columns: 7, transposesRight: true),
    ] {
      #expect(ProductRate.measure(product, threads: 2) > 0)
    }
    #expect(ProductRate.measure(MatrixProduct(rows: 0, inner: 4, columns: 8), threads: 1) == 0)
  }
}
