import Files
import Memory
import TestSupport
import Testing

@testable import Numerics

/// Tables in mapped files.
@Suite("tables in mapped files")
struct TableMemoryTests {
  private static func model(_ tables: TableMemory, seed: Int = 1, ensemble: Int? = nil) throws
    -> TwoTowerModel
  {
    var shape = TwoTowerShape(userVocabulary: 601, itemVocabulary: 61, categoryVocabulary: 4)
    shape.hiddenUnits = [32, 16]
    shape.embeddingDimension = 16
    shape.temperature = 0.1
    shape.ensemble = ensemble
    return try TwoTowerModel(shape, seed: seed, compute: Compute(threads: Threads(2)), tables: tables)
  }

  private static func weights(_ model: TwoTowerModel) -> [[Float]] { model.weights.map(\.matrix.values) }

  @Test(
    "give the bytes of tables in memory, in one go and resumed, and leave nothing in the folder",
    arguments: [
      OptimizerSettings.adam(), .adam(AdamSettings(weightDecay: 0.01)), .adagrad(), .sgd(momentum: 0.9),
    ]
  )
  func sameBytes(optimizer: OptimizerSettings) throws {
    let folder = try ScratchFolder()
    let options = TrainingTests.options {
      $0.optimizer = optimizer
      $0.shuffleBlock = 300
    }
    let samples = TrainingTests.samples()
    let plain = try Self.model(TableMemory())
    try Trainer(model: plain, samples: samples, options: options).run()
    let mapped = try Self.model(TableMemory(folder: folder.path, least: 0))
    let through = try Trainer(model: mapped, samples: samples, options: options)
    var saved: [TrainingState] = []
    try through.run(
      TrainingObserver(onEpoch: { _, model in
        saved.append(try through.stateCopy(of: model))
        return .proceed
      })
    )
    #expect(Self.weights(mapped) == Self.weights(plain))
    for state in saved {
      let model = try Self.model(TableMemory(folder: folder.path, least: 0), seed: 99)
      let trainer = try Trainer(model: model, samples: samples, options: options)
      try trainer.restore(state)
      try trainer.run()
      #expect(Self.weights(model) == Self.weights(plain), "after epoch \(state.epoch)")
    }
    #expect(try folder.names().isEmpty)
  }

  @Test("hold those of every model of an ensemble")
  func ensemble() throws {
    let folder = try ScratchFolder()
    let options = TrainingTests.options { $0.epochs = 1 }
    let models = try [TableMemory(), TableMemory(folder: folder.path, least: 0)].map { tables in
      let model = try Self.model(tables, ensemble: 2)
      try Trainer(model: model, samples: TrainingTests.samples(), options: options).run()
      return Self.weights(model)
    }
    #expect(models[0] == models[1])
  }

  @Test("that do not fit are told with their folder and size before anything is computed")
  func noRoom() throws {
    let folder = try ScratchFolder()
    let error = #expect(throws: FileError.self) { try ScratchMemory(byteCount: 1 << 52, in: folder.path) }
    let words = "\(try #require(error))"
    #expect(words.contains(folder.path) && words.contains("\(1 << 52) bytes"), "\(words)")
    #expect(try folder.names().isEmpty)
    let gone = TableMemory(folder: folder.file("gone"), least: 0)
    #expect(
      throws: FileError("cannot make a file in", folder.file("gone"), reason: "No such file or directory")
    ) {
      try Self.model(gone)
    }
  }

  @Test("are those of a certain size and more")
  func smallTables() throws {
    let folder = try ScratchFolder()
    let tables = TableMemory(folder: folder.file("gone"), least: 400)
    _ = tables.matrix(rows: 33, columns: 3)
    _ = tables.storage(capacity: 99)
    try tables.check()
    #expect(tables.matrix(rows: 50, columns: 2).rows == 0)
    #expect(throws: FileError.self) { try tables.check() }
  }

  @Test("are bounded by the disk, not by memory")
  func largerThanMemory() throws {
    let folder = try ScratchFolder()
    var shape = TwoTowerShape(userVocabulary: 1 << 30, itemVocabulary: 61, categoryVocabulary: 4)
    shape.embeddingDimension = 4_096
    // 16 TiB.
    #expect(throws: ModelError.self) { try TwoTowerModel(shape, seed: nil) }
    #expect(throws: FileError.self) {
      try TwoTowerModel(shape, seed: nil, tables: TableMemory(folder: folder.path))
    }
  }

  @Test("a copy is told of as well where there is no room for it")
  func noRoomForCopy() throws {
    let folder = try ScratchFolder()
    try folder.write("tables/file", "")
    let model = try Self.model(TableMemory(folder: folder.file("tables"), least: 0))
    let trainer = try Trainer(
      model: model,
      samples: TrainingTests.samples(),
      options: TrainingTests.options()
    )
    try Folders.remove(folder.file("tables"))
    // What is there goes on without its folder; what is new cannot.
    var options = TrainingObserver()
    options.onEpoch = { _, _ in .stop }
    try trainer.run(options)
    #expect(throws: FileError.self) { try trainer.state }
    #expect(throws: FileError.self) { try model.copyWeights() }
  }
}
