"""What the scripts share: the interpreter, the program, the colours of the architectures."""
