/// The mean of batch losses and of their chance levels, weighted by batch size.
struct RunningLoss {
  private var samples = 0.0
  private var loss = 0.0
  private var chance = 0.0

  mutating func add(loss value: Double, samples count: Int, chance level: Double) {
    samples += Double(count)
    loss += value * Double(count)
    chance += level * Double(count)
  }

  var mean: Double { samples > 0 ? loss / samples : 0 }
  var meanChance: Double { samples > 0 ? chance / samples : 0 }
}
