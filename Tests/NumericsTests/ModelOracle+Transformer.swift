import Glibc

@testable import Numerics

extension ModelOracle {
  /// What the blocks give at the newest known click of row `row`'s window.
  func transformed(_ window: ArraySlice<Int>, row: Int) -> Vector {
    let clicks = window.filter { $0 != 0 }.map { item(clickedTable, $0) }
    guard !clicks.isEmpty else { return zeros }
    let pass = Pass(oracle: self, clicks: clicks.count, packing: packing()[row])
    var rows = clicks.enumerated().map { place, click in
      let sum = Double(width).squareRoot() * click .+ table("history_positions", place, width)
      return pass.drop(sum, layer: 0, place)
    }
    for block in 0..<shape.blocks.blocks { rows = pass.block(block, rows) }
    return pass.normalized(rows[rows.count - 1], "history_norm")
  }

  /// Of each row the number of its sequence's first click in the batch, and the length of the longest sequence.
  private func packing() -> [(first: Int, longest: Int)] {
    var (firsts, total, longest): ([Int], Int, Int) = ([], 0, 0)
    for row in histories.indices {
      let window = histories[row].suffix(shape.maxSeqLen)
      let isContinued = row > 0 && sharesWindows && window.starts(with: histories[row - 1])
      if !isContinued { firsts.append(total) } else { firsts.append(firsts[row - 1]) }
      total = firsts[row] + window.count { $0 != 0 }
      longest = max(longest, total - firsts[row])
    }
    return firsts.map { ($0, longest) }
  }

  /// The blocks over the clicks of one row.
  private struct Pass {
    let oracle: ModelOracle
    let clicks: Int
    let packing: (first: Int, longest: Int)

    private var width: Int { oracle.width }
    private var blocks: TwoTowerShape.Transformer { oracle.shape.blocks }

    func block(_ index: Int, _ rows: [Vector]) -> [Vector] {
      let name = "history_block\(index)"
      let attended = attention(index, rows.map { normalized($0, "\(name)_norm") })
      let middle = rows.indices.map { row in
        rows[row]
          .+ drop(dense(attended[row], "\(name)_output", width), layer: 4 * index + 2, row)
      }
      return middle.indices.map { row in
        let inner = feed(index, normalized(middle[row], "\(name)_feed_norm"), row)
        return middle[row]
          .+ drop(dense(inner, "\(name)_feed_output", width), layer: 4 * index + 4, row)
      }
    }

    private func feed(_ index: Int, _ row: Vector, _ place: Int) -> Vector {
      let units = blocks.innerWidth(embedding: width)
      let isGated = blocks.feedForward == .swiglu
      let sums = dense(row, "history_block\(index)_feed", isGated ? 2 * units : units)
      let values = (0..<units).map { unit in
        isGated ? sums[unit] / (1 + exp(-sums[unit])) * sums[units + unit] : max(sums[unit], 0)
      }
      return drop(values, layer: 4 * index + 3, place)
    }

    private func attention(_ index: Int, _ rows: [Vector]) -> [Vector] {
      let heads = blocks.heads
      let size = width / heads
      let projected = rows.map { dense($0, "history_block\(index)_attention", 3 * width) }
      func part(_ kind: Int, _ head: Int, _ row: Int) -> Vector {
        let start = kind * width + head * size
        return Vector(projected[row][start..<start + size])
      }
      return rows.indices.map { row in
        (0..<heads).flatMap { head -> Vector in
          let shares = (0...row).map {
            exp(part(0, head, row) * part(1, head, $0) / Double(size).squareRoot())
          }
          return (0...row).reduce(Vector(repeating: 0, count: size)) { sum, other in
            let element = head * packing.longest + other
            let factor = kept(
              layer: 4 * index + 1,
              (packing.first + row) * (heads + 1) * packing.longest + element
            )
            return sum .+ (factor * shares[other] / shares.reduce(0, +)) * part(2, head, other)
          }
        }
      }
    }

    func normalized(_ row: Vector, _ name: String) -> Vector {
      let mean = row.reduce(0, +) / Double(width)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      let (gain, bias) = (oracle.table("\(name)_gain", 0, width), oracle.table("\(name)_bias", 0, width))
      return row.indices.map { (row[$0] - mean) / (variance + 1e-5).squareRoot() * gain[$0] + bias[$0] }
    }

    private func dense(_ row: Vector, _ name: String, _ columns: Int) -> Vector {
      oracle.product(row, "\(name)_kernel", columns: columns) .+ oracle.table("\(name)_bias", 0, columns)
    }

    func drop(_ row: Vector, layer: Int, _ place: Int) -> Vector {
      row.indices.map { row[$0] * kept(layer: layer, (packing.first + place) * row.count + $0) }
    }

    private func kept(layer: Int, _ element: Int) -> Double {
      guard let dropout = oracle.dropout, blocks.dropout > 0 else { return 1 }
      let mask = DropoutMask(rate: blocks.dropout, key: dropout.layer(2_000 + layer))
      return mask.factor(element) > 0 ? 1 / (1 - blocks.dropout) : 0
    }
  }
}
