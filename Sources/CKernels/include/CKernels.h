#pragma once
#include "dropout.h"
#include "pooling.h"
#include "relu.h"
#include "threads.h"
#include "update.h"
#include "vectorised.h"
