// Orderly stop on signals. Programs install the handler once; long loops ask.
#pragma once

namespace ser {

/// SIGINT, SIGTERM and SIGUSR1 set a flag from now on instead of ending the program; a second one ends it at once.
void install_signal_handlers();
/// The signal received, or 0.
int received_signal();
/// Throws Interrupted when a signal was received. Call between utterances, batches, cells.
void throw_if_interrupted();

}  // namespace ser
