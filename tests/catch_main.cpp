// Catch2 2.13 needs its main compiled once; 3.x brings its own library.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
