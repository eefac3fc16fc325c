"""Which scenes a theme's photos are taken of, in turn."""

import cats
import coffee
import fitness
import flowers
import food
import interiors
import keyboards
import outdoors
import space
import tech

THEMES = {
    "cats": cats.SCENES,
    "mechanicalkeyboard": keyboards.SCENES,
    "coffee": coffee.SCENES,
    "food": food.SCENES,
    "nature": outdoors.NATURE,
    "sunset": outdoors.SUNSET,
    "citylights": outdoors.CITY,
    "fitness": fitness.SCENES,
    "tech": tech.SCENES,
    "flowers": flowers.SCENES,
    "interior": interiors.SCENES,
    "space": space.SCENES,
}
COMPUTED = {"space"}  # pixels from numpy; everything else is rendered
