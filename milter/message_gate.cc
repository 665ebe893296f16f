#include "milter/message_gate.h"

namespace ringfence {

MessageGate::Slot MessageGate::enter() {
  // Counted first and looked at then, so that close() followed by under_way() == 0 means: all are
  // out.
  const int now = under_way_.fetch_add(1) + 1;
  Slot slot(this);
  if (now > messages_max_ || closed_.load()) return {};
  return slot;
}

}  // namespace ringfence
