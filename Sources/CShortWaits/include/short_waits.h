// Makes the threads of GNU OpenMP wait briefly, in programs that link this; there is nothing to call.
#pragma once
