#pragma once
// Exact sums of nanoseconds and their squares' worth of room.
namespace writepath {
__extension__ typedef __int128 Int128;
}
