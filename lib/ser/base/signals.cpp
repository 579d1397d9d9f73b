#include <ser/base/error.h>
#include <ser/base/signals.h>

#include <csignal>
#include <cstring>

namespace ser {
namespace {
volatile std::sig_atomic_t received = 0;

extern "C" void on_signal(int signal) {
  if (received) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  received = signal;
}
}  // namespace

Interrupted::Interrupted(int signal)
    : Error(fmt::format("stopped by signal {} ({}); what was finished is saved, the same command continues", signal,
                        ::strsignal(signal)),
            static_cast<ExitCode>(128 + signal)),
      signal_(signal) {}

void install_signal_handlers() {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
}

int received_signal() { return received; }

void throw_if_interrupted() {
  if (received) throw Interrupted(received);
}

}  // namespace ser
