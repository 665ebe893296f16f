#include "ctl/commands.h"

int main(int argc, char** argv) { return ringfence::run_command_line(argc, argv); }
