import Numerics

/// What an optimiser remembers at the end of a training, for one that goes on with the same weights.
package struct SavedOptimizer {
  /// What it remembers of each parameter.
  package var states: [OptimizerState]
  /// How many steps it has made.
  package var steps: Int

  /// Puts both together.
  package init(states: [OptimizerState], steps: Int) {
    self.states = states
    self.steps = steps
  }

  /// The names of the arrays that it remembers of each parameter: what tells one kind of optimiser from another.
  package var stateNames: [String] { states.first?.arrays.map(\.name) ?? [] }

  /// The arrays in a file: `steps`, and of each parameter `PARAMETER.rows` and `PARAMETER.NAME`.
  var tensors: [SafetensorsFile.Tensor] {
    var tensors: [SafetensorsFile.Tensor] = [
      .init(name: "steps", shape: [1], values: .int64([Int64(steps)]))
    ]
    for state in states {
      tensors.append(
        .init(name: "\(state.parameter).rows", shape: [state.rows.count], values: .int32(state.rows))
      )
      for array in state.arrays {
        tensors.append(.init(name: "\(state.parameter).\(array.name)", matrix: array.matrix))
      }
    }
    return tensors
  }

  /// Reads what ``tensors`` holds, of the parameters of `model`.
  /// - Throws: `FormatFailure` where an array is missing or does not fit the others.
  init(_ file: MappedTensors, of model: TwoTowerModel) throws {
    guard let steps = try file.values("steps", as: Int64.self).first, steps >= 0, steps < 1 << 31 else {
      throw file.failure("its 'steps' are odd")
    }
    self.steps = Int(steps)
    states = []
    for (parameterName, parameter) in model.namedParameters {
      let prefix = "\(parameterName)."
      let rows: [Int32] = try file.values(prefix + "rows")
      let names = file.names.filter { $0.hasPrefix(prefix) && $0 != prefix + "rows" }
        .filter { !$0.dropFirst(prefix.count).contains(".") }
      let arrays = try names.map { name in
        NamedMatrix(name: String(name.dropFirst(prefix.count)), matrix: try file.matrix(name))
      }
      let count = parameter.kind == .embedding ? rows.count : parameter.value.rows
      guard Set(rows).count == rows.count,
        rows.allSatisfy({ $0 >= 0 && Int($0) < parameter.value.rows }),
        arrays.allSatisfy({ $0.matrix.rows == count && $0.matrix.columns == parameter.value.columns })
      else { throw file.failure("the state of '\(parameterName)' does not fit it") }
      states.append(OptimizerState(parameter: parameterName, rows: rows, arrays: arrays))
    }
    let kinds = Set(states.map { $0.arrays.map(\.name) })
    guard kinds.count <= 1 else { throw file.failure("it holds the state of more than one optimiser") }
  }
}
