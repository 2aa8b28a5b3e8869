import Files
import Messages
import SwiftProtobuf

/// A run as TensorBoard reads it: `FOLDER/RECIPE/RUN/events.out.tfevents.…`, curves by epoch and figures at the last one.
enum TensorBoardExport {
  /// Writes the events of `run` under `root` and gives their folder.
  static func write(_ run: StoredRun, into root: String) throws -> String {
    let folder = FilePaths.join(FilePaths.join(root, run.recipeName), run.exportName)
    try Folders.make(folder)
    let seconds = run.endSeconds
    // One name a run, so that to write it again is to write it over.
    let name = "events.out.tfevents.\(Int(seconds)).towerbook"
    try AtomicFile.write(to: FilePaths.join(folder, name)) { file in
      for event in events(run, at: seconds) {
        let bytes: [UInt8] = try event.serializedBytes()
        try file.append(EventRecord.framed(bytes))
      }
    }
    return folder
  }

  private static func events(_ run: StoredRun, at seconds: Double) -> [Tensorboard_Event] {
    var version = Tensorboard_Event()
    (version.wallTime, version.fileVersion) = (seconds, "brain.Event:2")
    var values: [Int64: [Tensorboard_Summary.Value]] = [:]
    func add(_ tag: String, _ value: Double, at step: Int64) {
      var entry = Tensorboard_Summary.Value()
      (entry.tag, entry.simpleValue) = (tag, Float(value))
      values[step, default: []].append(entry)
    }
    let curves = run.curves
    for curve in curves {
      let tag = curve.name.joined(separator: "/")
      for (step, value) in zip(curve.steps, curve.values) { add(tag, value, at: step) }
    }
    let last = curves.flatMap(\.steps).max() ?? 0
    let tags = Set(curves.map { $0.name.joined(separator: "/") })
    for metric in run.document.metrics {
      // `eval.ndcg@20`: a group a cell.
      let tag = metric.name.firstIndex(of: ".").map {
        metric.name[..<$0] + "/" + metric.name[metric.name.index(after: $0)...]
      }
      guard let value = metric.value, !tags.contains(tag.map(String.init) ?? metric.name) else { continue }
      add(tag.map(String.init) ?? metric.name, value, at: last)
    }
    return [version]
      + values.sorted { $0.key < $1.key }.map { step, values in
        var event = Tensorboard_Event()
        (event.wallTime, event.step) = (seconds, step)
        event.summary.value = values
        return event
      }
  }
}

/// The frames of TensorFlow's files of records: length, its checksum, the record, its checksum.
///
/// Source: `tensorflow/core/lib/io/record_writer.h`.
enum EventRecord {
  /// A record in its frame.
  static func framed(_ record: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(record.count), bytes: 8)
    return length + checksum(length) + record + checksum(record)
  }

  /// CRC-32C, turned and moved, as data that holds checksums of its own wants it.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    let sum = CRC32C.of(bytes)
    return littleEndian(UInt64((sum >> 15 | sum << 17) &+ 0xA282_EAD8), bytes: 4)
  }

  private static func littleEndian(_ value: UInt64, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

/// The Castagnoli checksum: of 32 bits, with the polynomial 0x1EDC6F41, bits in reverse.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
  }

  /// The checksum of `bytes`.
  static func of(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
  }
}
