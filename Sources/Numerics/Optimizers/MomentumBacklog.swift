/// The steps of momentum that rows without gradient miss: after k of them x += v (b + b^2 + ... + b^k), v *= b^k.
final class MomentumBacklog: Backlog {
  private static let capacity = 1_024
  private let momentum: Double
  private var firstStep: Int
  private var count = 0
  /// By the number of steps missed: the sum and the power.
  private var sums: [(sum: Double, power: Double)] = [(0, 1)]
  private let lags = Storage<MomentumLag>(capacity: capacity)

  init(momentum: Double, after step: Int) {
    self.momentum = momentum
    firstStep = step
  }

  var isFull: Bool { count == Self.capacity }

  func add(learningRate: Double) {
    count += 1
    if sums.count <= count {
      let power = sums[count - 1].power * momentum
      sums.append((sums[count - 1].sum + power, power))
    }
    for index in 0..<count {
      let (sum, power) = sums[count - index]
      lags[index] = MomentumLag(sum: Float(sum), velocity: Float(power))
    }
  }

  func clear() {
    firstStep += count
    count = 0
  }

  func catchUp(_ update: ParameterUpdate, steps: UnsafeMutablePointer<Int32>, with kernels: any Kernels) {
    let step = firstStep + count
    kernels.catchUp(
      update,
      Lagging(steps: steps, firstStep: firstStep, step: step, lags: UnsafePointer(lags.start))
    )
  }
}
