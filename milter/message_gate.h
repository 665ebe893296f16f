// MessageGate: counts the messages under way, bounds them, and lets no new one in once closed.
//
// Does not know: what a message is. Threads: every function from any thread; none ever waits.
#pragma once

#include <atomic>
#include <utility>

namespace ringfence {

class MessageGate {
 public:
  /// A message's place; given back when it is destroyed.
  class Slot {
   public:
    Slot() = default;
    explicit Slot(MessageGate* gate) : gate_(gate) {}
    Slot(Slot&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
      std::swap(gate_, other.gate_);
      return *this;
    }
    ~Slot() {
      if (gate_ != nullptr) gate_->under_way_.fetch_sub(1);
    }
    explicit operator bool() const { return gate_ != nullptr; }

   private:
    MessageGate* gate_ = nullptr;
  };

  explicit MessageGate(int messages_max) : messages_max_(messages_max) {}

  /// A slot, or an empty one when `messages_max` are under way or the gate is closed.
  Slot enter();
  /// From here on nobody enters.
  void close() { closed_.store(true); }
  bool closed() const { return closed_.load(); }
  int under_way() const { return under_way_.load(); }

 private:
  const int messages_max_;
  std::atomic<int> under_way_{0};
  std::atomic<bool> closed_{false};
};

}  // namespace ringfence
