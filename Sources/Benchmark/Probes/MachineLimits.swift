import Files
import Glibc
import Numerics

/// What this machine can do at most, measured: what stages are held against.
struct MachineLimits: Codable {
  /// Bytes a second of a copy in memory, read and written together.
  var copy = 0.0
  /// Bytes a second of STREAM's triad.
  var triad = 0.0
  /// Floating-point operations a second of large products.
  var product = 0.0
  /// Floating-point operations a second of products at a search's shapes.
  var searchProduct = 0.0
  /// Bytes a second of reading mapped files that are in the system's cache.
  var fileRead = 0.0
  /// Bytes a second of writing a file, left to the system to bring to the disk.
  var fileWrite = 0.0
  /// Bytes a second of writing a file and waiting for the disk.
  var diskWrite = 0.0

  /// Measures all of it.
  /// - Parameters:
  ///   - files: what is read, as the stages read it.
  ///   - folder: where files are written.
  ///   - dimension: of the vectors that are searched.
  static func measure(files: [String], folder: String, dimension: Int, threads: Int) throws -> MachineLimits {
    var limits = MachineLimits()
    limits.copy = MemoryRate.copy(threads: threads)
    limits.triad = MemoryRate.triad(threads: threads)
    limits.product = ProductRate.measure(
      MatrixProduct(rows: 1024, inner: 1024, columns: 1024),
      threads: threads
    )
    limits.searchProduct = searchProduct(dimension: dimension, threads: threads)
    limits.fileRead = try fileRead(files, threads: threads)
    (limits.fileWrite, limits.diskWrite) = try fileWrite(in: folder)
    return limits
  }

  /// The fastest of some blocks of queries by items, `[queries, dimension]` times `[items, dimension]` transposed.
  static func searchProduct(dimension: Int, threads: Int) -> Double {
    let blocks = [(64, 512), (64, 2048), (128, 512), (256, 1024), (512, 512), (1024, 1024)]
    let rates = blocks.map { queries, items in
      ProductRate.measure(
        MatrixProduct(rows: queries, inner: dimension, columns: items, transposesRight: true),
        threads: threads
      )
    }
    return rates.max() ?? 0
  }

  /// All files together, the fastest of three readings, each through a mapping of its own.
  static func fileRead(_ files: [String], threads: Int) throws -> Double {
    var fastest = Double.infinity
    var bytes = 0
    for _ in 0..<3 {
      var seconds = 0.0
      bytes = 0
      for file in files {
        let mapped = try MappedFile(file)
        bytes += mapped.count
        seconds += mapped.withBytes { Double($0.count) / max(MemoryRate.read($0, threads: threads), 1) }
      }
      fastest = min(fastest, seconds)
    }
    return bytes > 0 && fastest > 0 ? Double(bytes) / fastest : 0
  }

  private static func fileWrite(in folder: String) throws -> (cached: Double, synchronized: Double) {
    let piece = [UInt8](repeating: 37, count: 8 << 20)
    let pieces = 8
    let path = FilePaths.join(folder, "written")
    defer { unlink(path) }
    let clock = ContinuousClock()
    func rate(synchronized: Bool) throws -> Double {
      let start = clock.now
      try AtomicFile.write(to: path, synchronized: synchronized) { file in
        for _ in 0..<pieces { try file.append(piece) }
      }
      return Double(pieces * piece.count) / ((clock.now - start) / .seconds(1))
    }
    let cached = try (0..<3).map { _ in try rate(synchronized: false) }
    return (cached.max() ?? 0, try rate(synchronized: true))
  }
}
