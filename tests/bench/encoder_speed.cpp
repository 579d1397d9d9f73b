// Runs an encoder on clips, as encoder_speed.py asks on standard input: "fp32", "bf16" (each clip once, alone) or
// "train" (one step on all clips as one batch: forward, backward, AdamW on the blocks and a linear head). Answers each
// with wall and processor seconds.
// Usage: ser-bench-encoder MODEL THREADS CLIP.npy...   (float32, [1, samples])
#include <ATen/Parallel.h>
#include <ser/nn/encoders/load_encoder.h>
#include <ser/nn/losses/losses.h>
#include <ser/nn/network/network.h>
#include <ser/train/optimiser.h>
#include <support/files.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <iostream>

namespace {

using namespace ser;

struct Bench {
  std::vector<std::vector<float>> clips;
  std::map<std::string, std::shared_ptr<Encoder>> encoders;
  std::shared_ptr<Network> network;
  std::unique_ptr<Optimiser> optimiser;

  void forward(const std::string& precision) {
    const c10::InferenceMode inference;
    for (const auto& clip : clips) encoders.at(precision)->encode(batch_of_clip(clip));
  }
  void step() {
    std::vector<at::Tensor> samples;
    NetworkInput input;
    for (const auto& clip : clips) {
      input.lengths.push_back(static_cast<std::int64_t>(clip.size()));
      samples.push_back(batch_of_clip(clip).samples[0]);
    }
    input.values = torch::nn::utils::rnn::pad_sequence(samples, true);
    const at::Tensor target = at::one_hot(at::arange(input.values.size(0)) % 4, 4).to(at::kFloat);
    optimiser->zero_gradients();
    cross_entropy(network->forward(input).outputs, target).backward();
    optimiser->step(1);
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  at::set_num_threads(std::stoi(argv[2]));
  Bench bench;
  for (int i = 3; i < argc; ++i) bench.clips.push_back(test::read_npy(argv[i]).values);
  EncoderOptions options;
  for (const std::string precision : {"fp32", "bf16"}) {
    options.precision = precision;
    bench.encoders[precision] = load_encoder(argv[1], options);
  }
  NetworkOptions network;
  network.layers = "last";
  network.standardise = false;
  network.encoder.tune = "blocks";
  options.precision = "fp32";
  bench.network = std::make_shared<Network>(network, NetworkInputShape{1, 1, {}}, load_encoder(argv[1], options), 4);
  bench.network->set_training(true);
  const TrainingOptions training;
  bench.optimiser = std::make_unique<Optimiser>(parameter_groups(*bench.network, training), training);
  for (std::string what; std::cin >> what;) {
    const std::clock_t processor = std::clock();
    const auto start = std::chrono::steady_clock::now();
    if (what == "train")
      bench.step();
    else
      bench.forward(what);
    std::printf("%.4f %.4f\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
                static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC);
    std::fflush(stdout);
  }
}
