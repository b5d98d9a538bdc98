// NinCommand
