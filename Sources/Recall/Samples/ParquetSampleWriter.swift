import Clicks
import Parquet
import Tables

/// Writes samples as Parquet: ids as 64-bit integers or text, scores and features as Float32 that
/// may be null, numbers of tables in 64 bits.
final class ParquetSampleWriter: SampleSink {
  private let output: CandidateOutput
  private let writer: ParquetWriter
  private let schema: RankingSamples.Schema
  private let log: ClickLog

  init(path: String, _ schema: RankingSamples.Schema, _ log: ClickLog) throws {
    (self.schema, self.log) = (schema, log)
    var fields = [
      ParquetField("request", .int32), ParquetField(schema.user, log.userNames == nil ? .int64 : .text),
      ParquetField(schema.item, log.itemNames == nil ? .int64 : .text),
    ]
    if schema.hasTimes { fields.append(ParquetField("request_time", .int64)) }
    fields += [ParquetField("label", .int32), ParquetField("sample", .text)]
    if schema.hasSources { fields.append(ParquetField("recall_source", .text)) }
    fields += schema.numbers.map { ParquetField($0, .float, isOptional: true) }
    fields += schema.columns.map { column in
      let kind: ParquetField.Kind = if case .integers = column.none { .int64 } else { .double }
      return ParquetField(column.name, kind, isOptional: true)
    }
    fields += schema.texts.map { ParquetField($0, .text) }
    let output = try CandidateOutput(path: path)
    self.output = output
    writer = try ParquetWriter(fields) { try output.write($0, afterRows: 0) }
  }

  func write(_ samples: RankingSamples) throws {
    guard samples.count > 0 else { return }
    var columns = [
      ParquetFieldValues(.int32s(samples.requests)), ids(samples.users, log.userNames),
      ids(samples.items, log.itemNames),
    ]
    if schema.hasTimes { columns.append(ParquetFieldValues(.int64s(samples.times))) }
    let kinds = RankingSamples.Kind.allCases
    columns += [
      ParquetFieldValues(.int32s(samples.labels)),
      ParquetFieldValues(
        .codes(samples.kinds.map { Int32(kinds.firstIndex(of: $0) ?? 0) }, names: kinds.map(\.rawValue))
      ),
    ]
    if schema.hasSources {
      columns.append(
        ParquetFieldValues(.codes(samples.sources.map(Int32.init), names: CandidateSource.setNames))
      )
    }
    columns += samples.numbers.map { values in
      ParquetFieldValues(.floats(values.filter { !$0.isNaN }), isPresent: values.map { !$0.isNaN })
    }
    columns += samples.columns.map { column in
      switch column {
      case .integers(let values):
        ParquetFieldValues(.int64s(values.compactMap(\.self)), isPresent: values.map { $0 != nil })
      case .reals(let values):
        ParquetFieldValues(.doubles(values.filter { !$0.isNaN }), isPresent: values.map { !$0.isNaN })
      }
    }
    columns += samples.texts.map { ParquetFieldValues(.texts($0)) }
    try named { try writer.write(rows: samples.count, columns) }
  }

  func close() throws {
    try named { try writer.finish() }
    try output.close()
  }

  private func ids(_ keys: [Int64], _ names: [String]?) -> ParquetFieldValues {
    ParquetFieldValues(names == nil ? .int64s(keys) : .texts(keys.map { ClickLog.id($0, names) }))
  }

  private func named(_ body: () throws -> Void) throws {
    do { try body() } catch let error as ParquetError {
      throw DataError(error.description, file: output.name)
    }
  }
}
